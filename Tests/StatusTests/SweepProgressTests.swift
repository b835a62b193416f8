import Experiment
import Status
import Testing

/// Progress is counted of histories.
struct SweepProgressTests {
    @Test func `each task is counted once, and each epoch`() {
        let worker = WorkerID(rawValue: "north-1")!
        let digest = DataDigest(rawValue: String(repeating: "0a", count: 32))!
        let tasks = (0..<6).map { seed in
            SweepTask(parameters: TaskParameters(seed: seed, epochs: 2), data: .shapes, dataDigest: digest)
        }
        let histories = [
            TaskHistory(epochs: [1, 2], attempts: [.init(worker: worker, outcome: .completed)], lastProgress: 1),
            TaskHistory(epochs: [1], attempts: [.init(worker: worker)], lastProgress: 1),
            TaskHistory(attempts: [.init(worker: worker)]),
            TaskHistory(epochs: [1], attempts: [.init(worker: worker, outcome: .workerLost)], lastProgress: 1),
            TaskHistory(attempts: [.init(worker: worker, outcome: .error)], failure: .hopeless(reason: "out of luck")),
            TaskHistory(),
        ]
        let progress = SweepProgress(of: tasks, histories, isPaused: true, alarms: 3)
        #expect(progress.tasks == TaskCounts(waiting: 2, running: 2, done: 1, failed: 1))
        #expect(progress.tasks.total == 6 && progress.tasks.unfinished == 4)
        #expect(progress.epochsDone == 4 && progress.epochsTotal == 12)
        #expect(progress.isPaused && progress.alarms == 3)
        #expect(progress.workers == 0 && progress.rate == nil && progress.timeLeft == nil)
    }

    @Test(
        arguments: [
            (0.5, Duration.seconds(20)), (0, nil), (-1, nil), (.nan, nil), (.infinity, .zero),
            (.leastNonzeroMagnitude, nil),
        ] as [(Double, Duration?)])
    func `the time left is that of the rest at the rate, where there is one`(rate: Double, time: Duration?) {
        #expect(SweepProgress(epochsDone: 6, epochsTotal: 16, rate: rate).timeLeft == time)
    }

    @Test(arguments: [0, 7, Int.max], [0, 7, Int.max])
    func `no counts are too large for a progress`(done: Int, total: Int) {
        for rate in [Double.leastNonzeroMagnitude, 1e-9, 1, .greatestFiniteMagnitude] {
            let left = SweepProgress(epochsDone: done, epochsTotal: total, rate: rate).timeLeft
            #expect(left.map { $0 >= .zero } ?? true || done > total)
        }
    }
}
