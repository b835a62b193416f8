import Experiment
import Training

/// A cell's figures, as they are printed.
struct CellReport: Encodable {
    let norm: String
    let batchSize: Int
    let digest: String
    /// One for each trainer.
    let trainers: [Rates]
    /// Of all trainers together.
    let total: Rates
    /// The phases of a step, then the whole of it.
    let parts: [Part]

    /// Images a second.
    struct Rates: Encodable {
        let best: Double
        let median: Double
        let mean: Double
        let evaluation: Double
    }

    /// A part of a step, for each image.
    struct Part: Encodable {
        let name: String
        let medianMicroseconds: Double
        let bestMicroseconds: Double
        let megaflop: Double
        let directMegaflop: Double
        /// In the best time; `nil` where no products are done.
        let shareOfPeak: Double?
        let directShareOfPeak: Double?
    }

    /// - Parameter peak: FLOP a second of one core.
    init(_ cell: Cell, _ figures: [TrainerFigures], peak: Double) {
        norm = cell.norm.rawValue
        batchSize = cell.batchSize
        digest = figures[0].digest.description
        trainers = figures.map(Rates.init)
        total = Rates(sumOf: trainers)
        let arithmetic = StepArithmetic(norm: cell.norm), phases = Phase.allCases
        func part(_ name: String, _ samples: Samples, _ phases: [Phase]) -> Part {
            Part(
                name: name, samples: samples, batchSize: cell.batchSize,
                flop: phases.map(arithmetic.done).reduce(0, +),
                directFlop: phases.map(arithmetic.direct).reduce(0, +), peak: peak)
        }
        parts =
            phases.map { phase in part(phase.rawValue, Self.merged(figures.compactMap { $0.phases[phase] }), [phase]) }
            + [part("step", Self.merged(figures.map(\.steps)), phases)]
    }

    private static func merged(_ samples: [Samples]) -> Samples {
        samples.reduce(into: Samples()) { $0.add($1) }
    }
}

extension CellReport.Rates {
    init(_ figures: TrainerFigures) {
        best = figures.rate(seconds: figures.steps.best)
        median = figures.rate(seconds: figures.steps.median)
        mean = figures.meanRate
        evaluation = figures.rate(seconds: figures.evaluations.best)
    }

    init(sumOf rates: [Self]) {
        best = rates.map(\.best).reduce(0, +)
        median = rates.map(\.median).reduce(0, +)
        mean = rates.map(\.mean).reduce(0, +)
        evaluation = rates.map(\.evaluation).reduce(0, +)
    }
}

extension CellReport.Part {
    init(name: String, samples: Samples, batchSize: Int, flop: Double, directFlop: Double, peak: Double) {
        self.name = name
        let images = Double(batchSize)
        medianMicroseconds = samples.median / images * 1e6
        bestMicroseconds = samples.best / images * 1e6
        megaflop = flop / 1e6
        directMegaflop = directFlop / 1e6
        let possible = peak * samples.best / images
        shareOfPeak = flop > 0 ? flop / possible : nil
        directShareOfPeak = directFlop > 0 ? directFlop / possible : nil
    }
}

// MARK: Text

extension CellReport {
    var text: String {
        let title = "\(norm), batch size \(batchSize)   digest \(digest)"
        return ([title] + rateLines + partLines).joined(separator: "\n") + "\n"
    }

    private var rateLines: [String] {
        let names = trainers.indices.map { "trainer \($0 + 1)" } + ["total"]
        let kinds: [(String, KeyPath<Rates, Double>)] = [
            ("best step", \.best), ("median step", \.median), ("mean", \.mean), ("best evaluation", \.evaluation),
        ]
        let head = "  " + "images/s".left(17) + names.map { $0.right(11) }.joined()
        return [head]
            + kinds.map { name, path in
                "  " + name.left(17) + (trainers + [total]).map { fixed($0[keyPath: path]).right(11) }.joined()
            }
    }

    private var partLines: [String] {
        let head =
            "  " + "part".left(17) + "µs/image".right(11) + "best".right(9) + "MFLOP".right(9) + "of peak".right(9)
        return [head + "direct MFLOP".right(14) + "of peak".right(9)] + parts.map(\.line)
    }
}

extension CellReport.Part {
    fileprivate var line: String {
        "  " + name.left(17) + fixed(medianMicroseconds, 2).right(11) + fixed(bestMicroseconds, 2).right(9)
            + (shareOfPeak == nil ? "–" : fixed(megaflop, 2)).right(9) + percent(shareOfPeak).right(9)
            + (directShareOfPeak == nil ? "–" : fixed(directMegaflop, 2)).right(14)
            + percent(directShareOfPeak).right(9)
    }
}
