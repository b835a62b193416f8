import Experiment
import GRDB
import Journal
import Status
import TestSupport
import Testing

/// How a sweep stands, as far as its journal knows it.
struct JournalStatusTests {
    private let directory = TemporaryDirectory()

    /// Task 0 is done and audited, task 1 runs, task 2 failed, and task 3 waits for its next attempt.
    private func storedState(slots: [Int] = [2, 3]) throws -> JournalState {
        let plan = samplePlan(taskCount: 4, epochs: 1)
        let (first, second) = (worker, WorkerID(rawValue: "south-1")!)
        let journal = try Journal.open(in: directory.run(), plan: plan)
        let keys = plan.tasks.map { $0.attempt(1) }
        let lost = StoredEnd(outcome: .workerLost, at: instant(2_000))
        try journal.commit([
            .workerSeen(first, facts: facts, slots: slots[0], at: instant(1)),
            .workerSeen(second, facts: facts, slots: slots[1], at: instant(1)),
            .workerSeen(WorkerID(rawValue: "idle")!, facts: facts, slots: 9, at: instant(1)),
            .started(keys[0]), .recordCommitted(sampleRecord(epoch: 1), by: keys[0]),
            .attemptEnded(keys[0], StoredEnd(outcome: .completed, at: instant(2_000))),
            .attemptStarted(plan.tasks[0].attempt(2), worker: second, facts: facts, at: instant(3_000)),
            .attemptStarted(keys[1], worker: first, facts: facts, at: instant(3_000)),
            .started(keys[2]), .attemptEnded(keys[2], lost), .taskFailed(keys[2].task, .cancelled),
            .started(keys[3]), .attemptEnded(keys[3], lost),
            .settingChanged(.paused, to: "true"),
        ])
        return try journal.reader.state()
    }

    @Test func `each task has the status that its history says`() throws {
        let statuses = try storedState().statuses
        #expect(
            statuses.map(\.phase) == [
                .done, .running(Attempt(rawValue: 1)), .failed(.cancelled), .waiting,
            ])
        #expect(statuses.map(\.epochs) == [1, 0, 0, 0] && statuses.map(\.attempts) == [2, 1, 1, 1])
        #expect(statuses.first?.worker?.rawValue == "south-1")
    }

    @Test func `a journal's snapshot has every task, and the workers that were given something`() throws {
        let state = try storedState()
        let snapshot = state.snapshot(rate: 0.25)
        #expect(snapshot.tasks == state.plan.tasks && snapshot.ending == nil)
        #expect(snapshot.changedTasks.map(\.ordinal) == [0, 1, 2, 3])
        #expect(snapshot.changedTasks.map(\.status) == state.statuses)
        #expect(snapshot.workers.map(\.id.rawValue) == ["north-1", "south-1"])
        #expect(
            snapshot.workers.map(\.attempts) == [
                [RunningAttempt(ordinal: 1, attempt: Attempt(rawValue: 1))],
                [RunningAttempt(ordinal: 0, attempt: Attempt(rawValue: 2), isAudit: true)],
            ])
        let progress = snapshot.progress
        #expect(progress.tasks == TaskCounts(waiting: 1, running: 1, done: 1, failed: 1) && progress.isPaused)
        #expect(progress.workers == 2 && progress.slots == 5)
        #expect(progress.epochsDone == 1 && progress.epochsTotal == 4 && progress.timeLeft == .seconds(12))
    }

    @Test func `slots beyond any number are as many as there can be`() throws {
        #expect(try storedState(slots: [.max, .max]).snapshot().progress.slots == .max)
    }

    @Test(arguments: [11, Int.max])
    func `a record of an epoch that its task has not is a fault, for everybody who reads`(epoch: Int) throws {
        let plan = samplePlan(taskCount: 2, epochs: 10)
        let journal = try Journal.open(in: directory.run(), plan: plan)
        let key = plan.tasks[1].attempt(1)
        try journal.commit([.started(key), .recordCommitted(sampleRecord(epoch: 3), by: key)])
        try DatabaseQueue(path: directory.run().journalFile).write { database in
            try database.execute(sql: "UPDATE records SET epoch = ?", arguments: [epoch])
        }
        let fault = "task \(key.task) has a record of epoch \(epoch), and 10 epochs"
        let state = #expect(throws: JournalError.self) { try journal.reader.state() }
        #expect(state?.code == .corrupt && state?.description.contains(fault) == true)
        let records = #expect(throws: JournalError.self) {
            try journal.reader.read {
                try $0.forEachRecord(of: plan.tasks[1], from: 0, limit: .max, gradients: false) { _ in }
            }
        }
        #expect(records?.description.contains(fault) == true)
    }
}
