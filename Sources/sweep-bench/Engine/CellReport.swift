import Experiment
import Training

/// A cell's figures, as they are printed.
struct CellReport: Encodable {
    let norm: String
    let batchSize: Int
    let kernels: String
    let digest: String
    /// Of one core.
    let peakGigaflops: Double
    /// The rates of each trainer.
    let trainers: [Rates]
    /// A thousand, or half of all steps where they are fewer than two thousand.
    let endSteps: Int
    /// Of all trainers together.
    let total: Rates
    /// The phases of a step, the whole of it, and what it would be if all phases took their best time at once: on a
    /// busy machine no step does.
    let parts: [Part]

    /// Images a second.
    struct Rates: Encodable {
        /// Over all steps.
        let mean: Double
        let median: Double
        let best: Double
        /// Of the first `endSteps` steps, and of the last.
        let first: Double
        let last: Double
        /// The share of steps that took more than twice the median.
        let slowShare: Double
        let evaluation: Double
        /// Where ages are compared; the rates above are of the epochs before then.
        let ages: AgeRates?
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
    init(_ cell: Cell, _ figures: [TrainerFigures], kernels: KernelSelection, peak: Double) {
        norm = cell.norm.rawValue
        batchSize = cell.batchSize
        self.kernels = kernels.rawValue
        digest = figures[0].digest.description
        peakGigaflops = peak / 1e9
        trainers = figures.map(Rates.init)
        endSteps = figures[0].endStepCount
        total = Rates(sumOf: trainers)
        let arithmetic = StepArithmetic(norm: cell.norm), phases = Phase.allCases
        func part(_ name: String, _ phases: [Phase], median: Double, best: Double) -> Part {
            Part(
                name: name, median: median / Double(cell.batchSize), best: best / Double(cell.batchSize),
                flop: phases.map(arithmetic.done).reduce(0, +),
                directFlop: phases.map(arithmetic.direct).reduce(0, +), peak: peak)
        }
        let samples = phases.map { phase in Self.merged(figures.compactMap { $0.phases[phase] }) }
        let steps = Self.merged(figures.map(\.steps)), bests = samples.map(\.best).reduce(0, +)
        parts =
            zip(phases, samples).map { part($0.rawValue, [$0], median: $1.median, best: $1.best) }
            + [
                part("step", phases, median: steps.median, best: steps.best),
                part("sum of the best", phases, median: bests, best: bests),
            ]
    }

    private static func merged(_ samples: [Samples]) -> Samples {
        samples.reduce(into: Samples()) { $0.add($1) }
    }
}

extension CellReport.Rates {
    init(_ figures: TrainerFigures) {
        mean = figures.meanRate
        median = figures.rate(seconds: figures.steps.median)
        best = figures.rate(seconds: figures.steps.best)
        first = figures.firstRate
        last = figures.lastRate
        slowShare = figures.slowShare
        evaluation = figures.evaluationRate
        ages = figures.ages.map(AgeRates.init)
    }

    init(sumOf rates: [Self]) {
        mean = rates.map(\.mean).reduce(0, +)
        median = rates.map(\.median).reduce(0, +)
        best = rates.map(\.best).reduce(0, +)
        first = rates.map(\.first).reduce(0, +)
        last = rates.map(\.last).reduce(0, +)
        slowShare = rates.map(\.slowShare).reduce(0, +) / Double(rates.count)
        evaluation = rates.map(\.evaluation).reduce(0, +)
        ages = AgeRates(sumOf: rates.compactMap(\.ages))
    }
}

extension CellReport.Part {
    /// Times in seconds and operations of one image.
    init(name: String, median: Double, best: Double, flop: Double, directFlop: Double, peak: Double) {
        self.name = name
        medianMicroseconds = median * 1e6
        bestMicroseconds = best * 1e6
        megaflop = flop / 1e6
        directMegaflop = directFlop / 1e6
        shareOfPeak = flop > 0 ? flop / (peak * best) : nil
        directShareOfPeak = directFlop > 0 ? directFlop / (peak * best) : nil
    }
}

// MARK: Text

extension CellReport {
    var text: String {
        let title = "\(norm), batch size \(batchSize)   digest \(digest)"
        return ([title] + rateLines + ageLines + partLines).joined(separator: "\n") + "\n"
    }

    private var columnNames: [String] { trainers.indices.map { "trainer \($0 + 1)" } + ["total"] }
    private var columns: [Rates] { trainers + [total] }

    private func line(_ name: String, _ cells: [String]) -> String {
        "  " + name.left(17) + cells.map { $0.right(11) }.joined()
    }

    private var rateLines: [String] {
        let kinds: [(String, KeyPath<Rates, Double>)] = [
            ("mean", \.mean), ("median step", \.median), ("best step", \.best), ("first \(endSteps)", \.first),
            ("last \(endSteps)", \.last), ("validation", \.evaluation),
        ]
        return [line("images/s", columnNames)]
            + kinds.map { name, path in line(name, columns.map { fixed($0[keyPath: path]) }) }
            + [line("slow steps", columns.map { percent($0.slowShare, 2) })]
    }

    /// None where ages are not compared.
    private var ageLines: [String] {
        let ages = columns.compactMap(\.ages)
        guard !ages.isEmpty else { return [] }
        let kinds: [(String, KeyPath<AgeRates, Double>)] = [
            ("aged mean", \.aged.mean), ("aged median step", \.aged.median), ("fresh mean", \.fresh.mean),
            ("fresh median step", \.fresh.median),
        ]
        return [line("images/s in turn", columnNames)]
            + kinds.map { name, path in line(name, ages.map { fixed($0[keyPath: path]) }) }
            + zip(columnNames, ages).map { name, ages in
                "  " + "aged ÷ fresh".left(17) + name.right(11) + "  " + ages.ratioText
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
