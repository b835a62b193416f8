import Experiment
import Foundation
import Reporting
import Statistics
import Status

let digest = DataDigest(rawValue: String(repeating: "0a", count: 32))!

/// Two norms and two learning rates, as a file would list them: not in the order of the rows.
func sampleSweep(seeds: [Int], captures: Bool = true) -> Sweep {
    let axes: [Hyperparameter] = [.norm, .learningRate]
    let constants = TaskParameters(epochs: 3, captureGradients: captures)
    let points = ["ln", "bn"].flatMap { norm in
        [0.001, 0.0005].map { rate in
            Point(axes: axes, values: [.word(norm), .real(rate)], constants: constants)
        }
    }
    return Sweep(name: "sample", data: .shapes, axes: axes, seeds: seeds, points: points)
}

/// Records that look like training: numbers with all their digits, two steps an epoch.
func sampleRecords(of task: SweepTask, epochs: Int) -> [EpochRecord] {
    let isBatchNorm = task.parameters.norm == .batch
    let seed = UInt64(task.parameters.seed) ^ UInt64(task.parameters.learningRate * 1e7)
    var generator = SeededRandom(seed: isBatchNorm ? seed : ~seed)
    let base = isBatchNorm ? 60.0 : 55.0
    return (0..<epochs).map { index in
        let noise = (0..<6).map { _ in Double.random(in: 0..<1, using: &generator) }
        let metrics = EpochMetrics(
            trainLoss: 2.0 / Double(index + 1) + noise[0], valLoss: 2.1 / Double(index + 1) + noise[1],
            trainAccuracy: base + 5 * Double(index) + noise[2], valAccuracy: base + 4 * noise[3])
        let outcomes = index + 1 == task.parameters.epochs ? sampleOutcomes(of: task.parameters) : nil
        guard task.parameters.captureGradients else {
            return EpochRecord(epoch: index + 1, metrics: metrics, outcomes: outcomes)
        }
        let samples = ["conv1", "conv2"].map { layer in
            LayerGradientSample(layer: layer, values: noise[4...].map { Float($0) - 0.5 })
        }
        return EpochRecord(
            epoch: index + 1, metrics: metrics, gradientNorms: Array(noise[..<2]),
            layerGradients: index == 1 ? [] : samples, outcomes: outcomes)
    }
}

/// Of 50 images by a formula, which `Golden/noise.py` has, too.
func sampleOutcomes(of parameters: TaskParameters) -> ImageOutcomes {
    let share = parameters.norm == .batch ? 70 : 62
    let rate = Int((min(1, parameters.learningRate) * 1e4).rounded())
    return ImageOutcomes(
        (0..<50).map { ($0 * $0 * 37 + $0 * parameters.seed * (5 + rate) + parameters.seed * 11) % 101 < share })
}

/// A sweep in the middle: one task has not begun, one is under way, and the others have finished.
func sampleResults(seeds: [Int] = [12, 7, 9], captures: Bool = true) -> SweepResults {
    let sweep = sampleSweep(seeds: seeds, captures: captures)
    let tasks = sweep.tasks(dataDigest: digest)
    let records = tasks.enumerated().compactMap { index, task in
        index == 2 ? nil : (task.id, sampleRecords(of: task, epochs: index == 5 ? 1 : 3))
    }
    return SweepResults(sweep: sweep, tasks: tasks, records: Dictionary(uniqueKeysWithValues: records))
}

func sampleReport() -> Report {
    let results = sampleResults()
    let worker = WorkerID(rawValue: "north-1a2b")!
    func attempt(_ index: Int, _ number: Int) -> AttemptKey {
        AttemptKey(task: results.tasks[index].id, attempt: Attempt(rawValue: number))
    }
    return Report(
        results: results,
        attempts: [
            AttemptRow(
                key: attempt(0, 1), worker: worker, host: "north", kernels: "avx2",
                started: Date(timeIntervalSince1970: 1_700_000_000.25),
                ended: Date(timeIntervalSince1970: 1_700_000_009),
                seconds: 8.75, outcome: .error, reason: "the trainer said \"no\", and left", build: "0.1.0+0123456789ab"
            ),
            AttemptRow(
                key: attempt(0, 2), worker: worker, host: "north", kernels: "avx2",
                started: Date(timeIntervalSince1970: 1_700_000_010.001), build: "0.1.0+fedcba987654"),
            AttemptRow(
                key: attempt(1, 1), worker: worker, host: "north, east", kernels: "avx512",
                started: Date(timeIntervalSince1970: 0), ended: Date(timeIntervalSince1970: 86_399.999), seconds: nil,
                outcome: .workerLost, reason: "line one\nline two", build: "0.1.0"),
        ])
}

/// The records of `Golden/seeds/epochs.csv`.
func seedsResults() throws -> SweepResults {
    let lines = try String(contentsOf: goldenFile("seeds/epochs.csv"), encoding: .utf8).split(separator: "\n")
    let axes: [Hyperparameter] = [.norm, .batchSize]
    let points = ["bn", "ln", "none"].flatMap { norm in
        [8, 16, 32, 64, 128].map { size in
            Point(axes: axes, values: [.word(norm), .integer(size)], constants: TaskParameters(epochs: 1))
        }
    }
    let sweep = Sweep(name: "seeds", data: .shapes, axes: axes, seeds: Array(1...21), points: points)
    let tasks = sweep.tasks(dataDigest: digest)
    let byKey = Dictionary(
        uniqueKeysWithValues: tasks.map { task in
            (["\(task.parameters.norm.rawValue)", "\(task.parameters.batchSize)", "\(task.parameters.seed)"], task)
        })
    var records: [TaskID: [EpochRecord]] = [:]
    for line in lines.dropFirst() {
        let fields = line.split(separator: ",").map(String.init)
        let numbers = fields.suffix(4).map { Double($0)! }
        records[byKey[Array(fields[..<3])]!.id] = [
            EpochRecord(
                epoch: 1,
                metrics: EpochMetrics(
                    trainLoss: numbers[0], valLoss: numbers[1], trainAccuracy: numbers[2], valAccuracy: numbers[3]))
        ]
    }
    return SweepResults(sweep: sweep, tasks: tasks, records: records)
}

/// What a journal would know of the sample's run.
///
/// - Parameter failure: why a task failed; also in the sweep file.
func sampleFacts(failure: String = "out of memory") -> RunFacts {
    let results = sampleResults()
    var statuses = results.tasks.map { _ in TaskStatus(phase: .done, epochs: 3, attempts: 1) }
    statuses[2] = TaskStatus(phase: .failed(.hopeless(reason: failure)), attempts: 1)
    statuses[5].phase = .running(Attempt(rawValue: 2))
    let worker = JoinedWorker(
        id: WorkerID(rawValue: "north-1a2b")!,
        facts: HostFacts(host: "north", processor: "a processor", cores: 8, kernels: "avx2", build: "0.1.0-test"),
        slots: 4)
    return RunFacts(
        name: "sample", sweepFile: "name: sample # \(failure)\n", data: .shapes, axes: results.sweep.axes,
        snapshot: SweepSnapshot(
            progress: SweepProgress(tasks: TaskCounts(running: 1, done: 10, failed: 1)), tasks: results.tasks,
            changedTasks: statuses.enumerated().map { .init(ordinal: $0, status: $1) }),
        workers: [worker])
}

extension Figure {
    /// `1` of `1-train_loss`.
    var kind: Substring { name.prefix { $0 != "-" } }
}

extension TableSource {
    /// A table as a whole; `nil` where there is none.
    func content(of file: ReportFile) -> [UInt8]? {
        var bytes: [UInt8] = []
        // Of a value in memory nothing can fail.
        return try! read(file) { bytes += $0 } ? bytes : nil
    }
}

/// Tables that a test has in its hands, passed on in pieces of some size.
struct TestTables: TableSource {
    var pieceSize = 4096
    let content: (ReportFile) -> [UInt8]?

    func read(_ file: ReportFile, _ pass: @escaping ([UInt8]) throws -> Void) throws -> Bool {
        guard let bytes = content(file) else { return false }
        for start in stride(from: 0, to: bytes.count, by: pieceSize) {
            try pass(Array(bytes[start..<min(start + pieceSize, bytes.count)]))
        }
        return true
    }
}

func text(_ bytes: [UInt8]?) -> String? { bytes.map { String(decoding: $0, as: UTF8.self) } }

/// Compares with a file of `Golden/`; with `SWEEP_RECORD_GOLDEN=1` in the environment it writes it instead.
func matchesGolden(_ text: String, _ name: String) throws -> Bool {
    let url = goldenFile(name)
    if ProcessInfo.processInfo.environment["SWEEP_RECORD_GOLDEN"] == "1" {
        try Data(text.utf8).write(to: url)
    }
    return try text == String(contentsOf: url, encoding: .utf8)
}

func goldenFile(_ name: String) -> URL {
    URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Golden/\(name)")
}
