import ArgumentParser
import Experiment
import Kernels
import Training

/// `sweep-bench engine`: whole training steps.
struct EngineCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "engine", abstract: "Train on formula images and print images per second and where the time goes.",
        discussion: """
            Trainers have one thread each and run at the same time, each bound to a core. Shares are of the peak that the \
            matrix product reaches on operands in the first-level cache, at the best time of a part.

            With --against-torch, PyTorch's two arrangements and the engine train in turn, cell by cell and round by \
            round: “notebook” is one process with 2 threads and 2 loader workers over PIL images, “best” is one process \
            with 1 thread for each trainer of ours, with images normalised beforehand and channels last.
            """)

    @Option(help: ArgumentHelp("Of bn, ln and none.", valueName: "norm,…"))
    var norm = Norm.allCases.map(\.rawValue).joined(separator: ",")

    @Option(help: ArgumentHelp("Images of a step.", valueName: "n,…"))
    var batchSize = "8,32,64,128"

    @Option(help: "Seconds for each cell, and with --against-torch for each part of a round. (default: 2, or 5)")
    var seconds: Double?

    @Option(help: "Trainers at once. (default: one for each physical core)")
    var trainers: Int?

    @Option(help: "reference, avx2 or avx512. (default: this processor's best)")
    var kernels: String?

    @Option(help: ArgumentHelp("Compare with PyTorch, which this Python has.", valueName: "python"))
    var againstTorch: String?

    @Option(help: "Rounds of the comparison.")
    var rounds = 2

    @Flag(help: "One step of each cell on a few images, to see that everything works.")
    var tiny = false

    @Option(help: "text, or json: one object a line.")
    var format = Format.text

    func validate() throws {
        _ = try cells()
        _ = try kernelSelection(kernels)
        if let trainers, !(1...256).contains(trainers) {
            throw ValidationError("--trainers \(trainers): must be 1 to 256; the number of cores is best")
        }
        if let seconds, !(0.1...3_600).contains(seconds) {
            throw ValidationError("--seconds \(seconds): must be 0.1 to 3600")
        }
        guard (1...100).contains(rounds) else { throw ValidationError("--rounds \(rounds): must be 1 to 100; use 2") }
    }

    func run() throws {
        let cells = try cells()
        if let againstTorch { try TorchPeer.check(python: againstTorch) }
        let bench = EngineBench(
            threads: BoundThreads(count: trainers), kernels: try kernelSelection(kernels),
            largestBatch: cells.map(\.batchSize).max() ?? 1, secondsPerCell: seconds ?? 2, isTiny: tiny)
        if let againstTorch {
            try compare(bench, cells, python: againstTorch)
        } else {
            try measure(bench, cells)
        }
    }

    private func measure(_ bench: EngineBench, _ cells: [Cell]) throws {
        let peaks = try bench.measurePeaks()
        if format == .text { Output.line(head(bench, peaks)) }
        for cell in cells {
            Output.progress("\(cell) …")
            let report = CellReport(
                cell, try bench.measure(cell), kernels: bench.kernels,
                peak: peaks.reduce(0, +) / Double(peaks.count))
            switch format {
            case .text: Output.line(report.text)
            case .json: try Output.json(report)
            }
        }
    }

    private func head(_ bench: EngineBench, _ peaks: [Double]) -> String {
        let processors = (0..<bench.threads.count).map(bench.threads.processors(of:))
        let places = processors.contains([]) ? "not bound to cores" : "bound to cores"
        return """
            trainers  \(bench.threads.count) with one thread each, \(places); kernels \(bench.kernels.rawValue)
            images    \(bench.data.train.count) to train, \(bench.data.test.count) to evaluate, 3,072 bytes each
            peak      \(peaks.map { fixed($0 / 1e9, 1) }.joined(separator: " + ")) GFLOP/s

            """
    }

    private func compare(_ bench: EngineBench, _ cells: [Cell], python: String) throws {
        let comparison = try TorchComparison(
            bench: bench, python: python, seconds: tiny ? 0.2 : seconds ?? 5, rounds: rounds)
        defer { comparison.end() }
        if format == .text { Output.line(comparison.head) }
        for cell in cells {
            let row = try comparison.compare(cell)
            switch format {
            case .text: Output.line(row.text)
            case .json: try Output.json(row)
            }
        }
    }
}

// MARK: Validation

extension EngineCommand {
    private func cells() throws -> [Cell] {
        let norms = try norm.split(separator: ",", omittingEmptySubsequences: false).map { word in
            guard let norm = Norm(rawValue: String(word)) else {
                throw ValidationError("--norm \(word): must be of bn, ln and none, with commas between them")
            }
            return norm
        }
        let sizes = try batchSize.split(separator: ",", omittingEmptySubsequences: false).map { word in
            // A batch of one image has no variance to speak of, and one over 4,096 no place in a sweep.
            guard let size = Int(word), (2...4_096).contains(size) else {
                throw ValidationError("--batch-size \(word): must be numbers from 2 to 4096, with commas between them")
            }
            return size
        }
        return norms.flatMap { norm in sizes.map { Cell(norm: norm, batchSize: $0) } }
    }
}

/// The kernels of a name; this processor's best for `nil`.
func kernelSelection(_ name: String?) throws -> KernelSelection {
    guard let name else { return .best }
    let available = KernelSelection.allCases.filter(\.isAvailable)
    guard let selection = available.first(where: { $0.rawValue == name }) else {
        let names = available.map(\.rawValue).joined(separator: ", ")
        throw ValidationError("--kernels \(name): this processor has none of that name; use one of \(names)")
    }
    return selection
}
