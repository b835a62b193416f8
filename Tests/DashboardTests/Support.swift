import Dashboard
import Experiment
import Foundation
import Notices
import Status

let digest = DataDigest(rawValue: String(repeating: "0a", count: 32))!
let worker = WorkerID(rawValue: "host-1")!

/// `points` × `seeds` tasks of four epochs, in the order in which they are handed out.
func makeSweep(points: Int = 2, seeds: [Int] = [7, 3], epochs: Int = 4) -> Sweep {
    let axes: [Hyperparameter] = [.norm, .batchSize]
    let constants = TaskParameters(epochs: epochs)
    let all = (0..<points).map { number in
        Point(
            axes: axes, values: [.word(["ln", "bn", "none"][number % 3]), .integer(8 + number / 3)],
            constants: constants)
    }
    return Sweep(name: "sample", data: .shapes, axes: axes, seeds: seeds, points: all)
}

func makeState(_ sweep: Sweep = makeSweep(), records: [TaskID: [EpochRecord]] = [:]) -> PageState {
    let results = SweepResults(sweep: sweep, tasks: sweep.tasks(dataDigest: digest), records: records)
    // Of a value in memory nothing can fail.
    return try! PageState(results, directory: "/runs/sample")
}

func makeRecord(_ epoch: Int, accuracy: Double, loss: Double = 0.5) -> EpochRecord {
    EpochRecord(
        epoch: epoch, metrics: EpochMetrics(trainLoss: 1, valLoss: loss, trainAccuracy: 50, valAccuracy: accuracy))
}

func makeSnapshot(
    of state: PageState, _ changes: [Int: TaskStatus] = [:], workers: [WorkerStatus] = [],
    progress: SweepProgress = SweepProgress(), ending: SweepEnding? = nil
) -> SweepSnapshot {
    SweepSnapshot(
        progress: progress, elapsed: .seconds(90), tasks: state.tasks,
        changedTasks: changes.sorted { $0.key < $1.key }.map { .init(ordinal: $0.key, status: $0.value) },
        workers: workers, ending: ending)
}

extension PageState {
    @discardableResult
    mutating func apply(_ snapshots: SweepSnapshot..., notices: [SweepNotice] = []) -> Touched {
        var changes = PageChanges()
        for notice in notices { changes.add(notice, at: Date(timeIntervalSince1970: 3_723)) }
        for snapshot in snapshots { changes.add(snapshot) }
        return apply(changes)
    }
}

func running(_ epochs: Int) -> TaskStatus {
    .init(phase: .running(Attempt(rawValue: 1)), epochs: epochs, attempts: 1, worker: worker)
}

func done(_ epochs: Int = 4) -> TaskStatus { .init(phase: .done, epochs: epochs, attempts: 1, worker: worker) }
