import Console
import Experiment
import Status
import Testing

/// A snapshot in a terminal's words.
struct SweepViewTests {
    private let results: SweepResults

    init() throws {
        let sweep = try sampleSweep()
        let tasks = sweep.tasks(dataDigest: DataDigest(standingInFor: .shapes))
        let metrics = EpochMetrics(trainLoss: 1, valLoss: 1, trainAccuracy: 50, valAccuracy: 61.5)
        results = SweepResults(
            sweep: sweep, tasks: tasks, records: [tasks[1].id: [EpochRecord(epoch: 1, metrics: metrics)]])
    }

    private func worker(
        _ name: String, _ standing: WorkerStanding = .live, isDrained: Bool = false, silence: Duration = .zero,
        attempts: [RunningAttempt] = []
    ) -> WorkerStatus {
        WorkerStatus(
            id: WorkerID(rawValue: name)!,
            facts: HostFacts(host: "north", processor: "p", cores: 4, kernels: "avx2", build: "1"), slots: 2,
            standing: standing, isDrained: isDrained, silence: silence, attempts: attempts)
    }

    @Test func `tasks are called by what tells them apart, with the epochs that are stored of them`() throws {
        let attempt = Attempt(rawValue: 1)
        let attempts = [
            RunningAttempt(ordinal: 1, attempt: attempt), RunningAttempt(ordinal: 2, attempt: attempt),
            RunningAttempt(ordinal: 0, attempt: Attempt(rawValue: 2), isAudit: true),
        ]
        let snapshot = SweepSnapshot(
            progress: SweepProgress(epochsDone: 1, epochsTotal: 8), tasks: results.tasks,
            changedTasks: [.init(ordinal: 1, status: TaskStatus(phase: .running(attempt), epochs: 1, attempts: 1))],
            workers: [worker("north-1", attempts: attempts)])
        let view = try SweepView(snapshot, records: results)
        let names = results.tasks.map { $0.parameters.label([.norm, .seed]) }
        #expect(view.workers.map(\.name) == ["north-1"] && view.workers.map(\.host) == ["north"])
        #expect(view.workers.first?.tasks == ["1/2 \(names[1])", "0/2 \(names[2])", "\(names[0]) audit"])
        #expect(view.best == "val_acc 61.50 % \(names[1]), epoch 1")
        #expect(view.progress == snapshot.progress)
    }

    @Test func `what is amiss with a worker is said, and nothing of one that is well`() throws {
        let workers = [
            worker("a"), worker("b", isDrained: true), worker("c", silence: .seconds(65)), worker("d", .expected),
            worker("e", .leaving), worker("f", .quarantined), worker("g", .lost, silence: .seconds(30)),
        ]
        let snapshot = SweepSnapshot(progress: SweepProgress(), tasks: results.tasks, workers: workers)
        let troubles = try SweepView(snapshot, records: results).workers.map(\.trouble)
        #expect(
            troubles == [
                nil, "drained", "silent for 1:05", "not back yet", "leaving", "quarantined",
                "lost, last heard of 0:30 ago",
            ])
    }
}
