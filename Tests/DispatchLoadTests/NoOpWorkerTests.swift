import DispatchLoad
import Experiment
import Messages
import Scheduling
import Testing

/// A worker that trains nothing.
struct NoOpWorkerTests {
    @Test func `a task is answered with its records at once, and with its end when they are stored`() {
        var load = LoadFixture(slots: 1)
        #expect(load.assign(0, at: 1) == [load.record(0, 1), load.record(0, 2)])
        #expect(load.receive(.recordStored(load.key(0), epoch: 1), at: 2).isEmpty)
        #expect(load.receive(.recordStored(load.key(0), epoch: 2), at: 3) == [load.end(0)])
        #expect(load.receive(.endStored(load.key(0)), at: 4).isEmpty)
        #expect(load.report.joined == 1 && load.report.assignments == 1)
        #expect(load.report.recordsStored == 2 && load.report.endsStored == 1)
        #expect(load.report.firstAssignment == 1_000_000_000 && load.report.lastEnd == 4_000_000_000)
    }

    @Test func `a client says hello, and what a coordinator that comes back must know`() {
        var load = LoadFixture(slots: 2)
        _ = load.assign(0, at: 1)
        load.worker.disconnected(at: .seconds(2), counting: &load.report)
        let messages = load.worker.connected(at: .seconds(3), counting: &load.report)
        guard case .hello(slots: 2, facts: _, running: [load.key(0)]) = messages.first, messages.count == 1 else {
            Issue.record("\(messages)")
            return
        }
        let welcome = CoordinatorMessage.welcome(
            sweep: "load", heartbeat: .seconds(2), checkpointInterval: .seconds(60))
        #expect(load.receive(welcome, at: 4) == [load.record(0, 1), load.record(0, 2)])
        #expect(load.report.sentAgain == 2 && load.report.joined == 1)
    }

    @Test func `a client keeps its lease`() {
        var load = LoadFixture(slots: 1)
        #expect(load.worker.nextDeadline == .seconds(2))
        #expect(load.worker.timePassed(at: .seconds(2), counting: &load.report) == [.heartbeat(running: [])])
    }

    @Test func `a wait counts from the first sending to the arrival of the answer, not to its reading`() {
        var load = LoadFixture(slots: 1)
        _ = load.assign(0, at: 1)
        for (epoch, arrival) in [(1, 1.5), (2, 2)] {
            _ = load.receive(.recordStored(load.key(0), epoch: epoch), at: arrival, readAt: 3)
        }
        #expect(load.report.recordStored.count == 2)
        #expect(load.waits(load.report.recordStored) == [0.5, 1])
        // The end was sent when the answer was read, and the slot had been free since the task came.
        _ = load.receive(.endStored(load.key(0)), at: 3.25)
        _ = load.assign(1, at: 4)
        #expect(load.waits(load.report.endToNextTask) == [1])
        #expect(load.waits(load.report.idleSlot) == [3])
    }

    @Test func `a slot's first task has not been waited for, and the slot that waits longest has the next one`() {
        var load = LoadFixture(slots: 2)
        _ = load.assign(0, at: 1)
        _ = load.assign(1, at: 2)
        #expect(load.report.idleSlot.count == 0 && load.report.endToNextTask.count == 0)
        load.finish(0, at: 3)
        load.finish(1, at: 4)
        _ = load.assign(2, at: 6)
        _ = load.assign(3, at: 8)
        #expect(load.waits(load.report.endToNextTask) == [3, 4])
        #expect(load.waits(load.report.idleSlot) == [5, 6])
    }

    @Test func `a task that is there before a slot is free is not waited for`() {
        var load = LoadFixture(slots: 1)
        _ = load.assign(0, at: 1)
        // Its trainer is over, and the coordinator does not know yet.
        _ = load.assign(1, at: 1.5)
        #expect(load.waits(load.report.endToNextTask) == [0])
        load.finish(0, at: 2)
        load.finish(1, at: 3)
        _ = load.assign(2, at: 4)
        // One end had its next task already.
        #expect(load.waits(load.report.endToNextTask) == [0, 1])
    }

    @Test func `what comes twice is counted once, and said to have come twice`() {
        var load = LoadFixture(slots: 1)
        _ = load.assign(0, at: 1)
        #expect(load.assign(0, at: 6).isEmpty)
        load.finish(0, at: 7)
        _ = load.receive(.recordStored(load.key(0), epoch: 1), at: 8)
        _ = load.receive(.endStored(load.key(0)), at: 8)
        let report = load.report
        #expect(report.assignments == 1 && report.assignedAgain == 1)
        #expect(report.recordsStored == 2 && report.endsStored == 1)
    }

    @Test func `what a heartbeat's answer shows to be lost is sent again`() {
        var load = LoadFixture(slots: 1)
        _ = load.assign(0, at: 1)
        let running = [load.key(0)]
        #expect(
            load.worker.timePassed(at: .seconds(2), counting: &load.report) == [
                .heartbeat(running: running, number: 1)
            ])
        #expect(load.receive(.heartbeatHeard(number: 1), at: 3) == [load.record(0, 1), load.record(0, 2)])
        #expect(load.report.sentAgain == 2)
        _ = load.receive(.recordStored(load.key(0), epoch: 1), at: 4)
        #expect(load.waits(load.report.recordStored) == [3])
    }

    @Test func `a refusal is kept for whoever asks`() {
        var load = LoadFixture(slots: 1)
        #expect(load.worker.refusal == nil)
        _ = load.receive(.refusal(reason: "another version"), at: 1)
        #expect(load.worker.refusal == "another version")
    }

    @Test func `records are functions of task and epoch, and such as a training could have`() throws {
        var parameters = TaskParameters(norm: .layer, seed: 3, epochs: 20)
        func records() -> [EpochRecord] {
            let task = SweepTask(
                parameters: parameters, data: .shapes, dataDigest: DataDigest(standingInFor: .shapes))
            return (1...20).map { NoOpTraining.record(of: task, epoch: $0) }
        }
        let first = records()
        #expect(first == records())
        try #require(first.map(\.epoch) == Array(1...20))
        #expect(first[19].metrics.valLoss < first[0].metrics.valLoss)
        #expect(first[19].metrics.trainAccuracy > first[0].metrics.trainAccuracy)
        for metrics in first.map(\.metrics) {
            #expect(metrics.trainLoss > 0 && metrics.valLoss > 0)
            #expect((0...100).contains(metrics.trainAccuracy) && (0...100).contains(metrics.valAccuracy))
        }
        parameters.seed = 4
        #expect(records() != first)
        (parameters.seed, parameters.learningRate) = (3, 0.002)
        #expect(records() != first)
    }
}

/// A worker that was welcomed at second 0, and short words for what happens to it.
private struct LoadFixture {
    var worker: NoOpWorker
    var report = LoadReport()
    private let tasks: [SweepTask]

    init(slots: Int) {
        tasks = (0..<4).map { seed in
            SweepTask(
                parameters: TaskParameters(seed: seed, epochs: 2), data: .shapes,
                dataDigest: DataDigest(standingInFor: .shapes))
        }
        worker = NoOpWorker(slots: slots, now: .seconds(0))
        _ = worker.connected(at: .seconds(0), counting: &report)
        let welcome = CoordinatorMessage.welcome(
            sweep: "load", heartbeat: .seconds(2), checkpointInterval: .seconds(60))
        _ = receive(welcome, at: 0)
    }

    func key(_ task: Int) -> AttemptKey { AttemptKey(task: tasks[task].id, attempt: Attempt(rawValue: 1)) }

    func record(_ task: Int, _ epoch: Int) -> WorkerMessage {
        .record(key(task), NoOpTraining.record(of: tasks[task], epoch: epoch))
    }

    func end(_ task: Int) -> WorkerMessage {
        .ended(key(task), AttemptEnd(outcome: .completed, reason: "", seconds: 0))
    }

    mutating func receive(
        _ message: CoordinatorMessage, at arrival: Double, readAt now: Double? = nil
    ) -> [WorkerMessage] {
        worker.receive(message, arrivedAt: .seconds(arrival), now: .seconds(now ?? arrival), counting: &report)
    }

    mutating func assign(_ task: Int, at seconds: Double) -> [WorkerMessage] {
        receive(.assignment(key(task), tasks[task]), at: seconds)
    }

    mutating func finish(_ task: Int, at seconds: Double) {
        for epoch in 1...2 { _ = receive(.recordStored(key(task), epoch: epoch), at: seconds) }
        _ = receive(.endStored(key(task)), at: seconds)
    }

    /// In seconds, the shortest first, to a tenth: the histogram knows no better.
    func waits(_ histogram: LatencyHistogram) -> [Double] {
        (0..<histogram.count).map { index in
            let share = Double(index + 1) / Double(histogram.count)
            return (histogram.quantile(share)! / .milliseconds(100)).rounded() / 10
        }
    }
}

extension Instant {
    fileprivate static func seconds(_ seconds: Double) -> Instant { Instant(sinceOrigin: .seconds(seconds)) }
}
