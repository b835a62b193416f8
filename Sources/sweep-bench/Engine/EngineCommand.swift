import ArgumentParser
import Experiment
import Kernels
import Training

/// `sweep-bench engine`: whole tasks from their initial weights.
struct EngineCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "engine",
        abstract: "Train from the initial weights and print images per second and where the time goes.",
        discussion: """
            Trainers have one thread each and run at the same time, each bound to a core. A mean is that of all steps; \
            slow steps are those of more than twice the median. Shares are of the peak that the matrix product reaches \
            on operands in the first-level cache, at the best time of a part.

            With --steady, each trainer's last epoch is trained in turn, \(AgeComparison.stepsPerTurn) steps each, \
            with the first epoch of a fresh trainer of the same task on the same core, so that the machine's \
            neighbours disturb both alike; “aged ÷ fresh” is above 1 where the aged trainer is the faster one. All \
            other figures are then of the epochs before the last. The digest is of all epochs, and the same as without.

            With --against-torch, the engine and its rivals train in turn, cell by cell and round by round: “notebook” \
            is one PyTorch process with 2 threads and 2 loader workers over PIL images; “eager”, “compile”, “bf16” and \
            “jax” are one process with 1 thread for each trainer of ours, with images normalised beforehand. \
            torch.compile needs a C++ compiler, and JAX is measured where this Python has it.
            """)

    @Option(help: ArgumentHelp("Of bn, ln and none.", valueName: "norm,…"))
    var norm = Norm.allCases.map(\.rawValue).joined(separator: ",")

    @Option(help: ArgumentHelp("Images of a step.", valueName: "n,…"))
    var batchSize = "8,32,64,128"

    @Option(
        help: ArgumentHelp(
            """
            A directory with data_batch_1.bin …, or its parent; or “shapes”, which is built in. \
            (default: CIFAR-10 in $XDG_CACHE_HOME/sweep, else shapes)
            """, valueName: "dir|shapes"))
    var data: String?

    @Option(help: "Passes over the training images in each cell.")
    var epochs = 3

    @Option(
        help: ArgumentHelp(
            "Only the first images of the training set. (default: all, or 10000 with --against-torch)", valueName: "n"))
    var trainLimit: Int?

    @Option(help: "Trainers at once. (default: one for each physical core)")
    var trainers: Int?

    @Option(help: "reference, avx2 or avx512. (default: this processor's best)")
    var kernels: String?

    @Option(help: ArgumentHelp("Compare with PyTorch, which this Python has, and JAX.", valueName: "python"))
    var againstTorch: String?

    @Option(help: "Rounds of the comparison.")
    var rounds = 1

    @Option(help: "Seconds of each rival in each round.")
    var seconds = 5.0

    @Flag(help: "Compare the last epoch's speed with that of a fresh trainer's first, in turn.")
    var steady = false

    @Flag(help: "One step an epoch in each cell, to see that everything works.")
    var tiny = false

    @Option(help: "text, or json: one object a line.")
    var format = Format.text

    func validate() throws {
        _ = try cells()
        _ = try kernelSelection(kernels)
        if let trainers, !(1...256).contains(trainers) {
            throw ValidationError("--trainers \(trainers): must be 1 to 256; the number of cores is best")
        }
        guard (0.1...3_600).contains(seconds) else {
            throw ValidationError("--seconds \(seconds): must be 0.1 to 3600; use 5")
        }
        guard (1...1_000).contains(epochs) else {
            throw ValidationError("--epochs \(epochs): must be 1 to 1000; use 3")
        }
        if let trainLimit, trainLimit < 1 {
            throw ValidationError("--train-limit \(trainLimit): must be at least 1; leave it out for all images")
        }
        try validateSteady()
        guard (1...100).contains(rounds) else { throw ValidationError("--rounds \(rounds): must be 1 to 100; use 1") }
    }

    func run() throws {
        let cells = try cells()
        if let againstTorch { try RivalProcess.check(python: againstTorch) }
        let bench = EngineBench(
            threads: BoundThreads(count: trainers), kernels: try kernelSelection(kernels),
            plan: try TrainingPlan(
                data: data, epochs: epochs, comparesAges: steady,
                trainLimit: trainLimit ?? (againstTorch == nil ? nil : 10_000),
                // Rivals are not measured in validating.
                testLimit: againstTorch == nil ? nil : 1_000, isTiny: tiny),
            peakEffort: Effort(seconds: tiny ? 0.002 : 0.5))
        if let againstTorch {
            try compare(bench, cells, python: againstTorch)
        } else {
            try measure(bench, cells)
        }
    }

    private func measure(_ bench: EngineBench, _ cells: [Cell]) throws {
        try checkWholeBatches(bench.plan, cells)
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
            images    \(bench.plan.text), from the initial weights
            peak      \(peaks.map { fixed($0 / 1e9, 1) }.joined(separator: " + ")) GFLOP/s

            """
    }

    private func compare(_ bench: EngineBench, _ cells: [Cell], python: String) throws {
        let comparison = try RivalComparison(
            bench: bench, python: python, seconds: tiny ? 0.2 : seconds, rounds: rounds)
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
    private func validateSteady() throws {
        guard steady else { return }
        guard epochs >= 2 else {
            throw ValidationError(
                "--steady --epochs \(epochs): compares the last epoch with a first one, so must be at least 2; use 15")
        }
        guard againstTorch == nil else {
            throw ValidationError("--steady --against-torch: no rival's age is compared; leave one of the two out")
        }
    }

    /// Without a step to time there is no rate.
    private func checkWholeBatches(_ plan: TrainingPlan, _ cells: [Cell]) throws {
        for cell in cells where !plan.holdsWholeBatch(of: cell) {
            throw ValidationError(
                "--batch-size \(cell.batchSize): more than the \(plan.trainCount) images of an epoch; use a smaller one"
            )
        }
    }

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
