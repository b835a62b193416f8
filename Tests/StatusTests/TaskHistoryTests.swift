import Experiment
import Status
import Testing

/// A history says where its task stands.
struct TaskHistoryTests {
    private static let worker = WorkerID(rawValue: "north-1")!
    private static let task = SweepTask(
        parameters: TaskParameters(epochs: 3), data: .shapes,
        dataDigest: DataDigest(rawValue: String(repeating: "0a", count: 32))!)

    /// - Parameter outcomes: of attempt 1, 2, …
    private static func history(
        _ epochs: [Int] = [], _ outcomes: [AttemptOutcome?] = [], failure: TaskFailure? = nil, lastProgress: Int = 0
    ) -> TaskHistory {
        TaskHistory(
            epochs: epochs, attempts: outcomes.map { .init(worker: worker, outcome: $0) }, failure: failure,
            lastProgress: lastProgress)
    }

    @Test(
        arguments: [
            (history(), TaskPhase.waiting),
            (history([1, 2], [.workerLost]), .waiting),
            (history([], [nil]), .running(Attempt(rawValue: 1))),
            (history([1], [.error, nil]), .running(Attempt(rawValue: 2))),
            (history([1], [nil, .error]), .running(Attempt(rawValue: 1))),
            (history([1, 2, 3], [.completed]), .done),
            // The worker is still to say how its attempt ended.
            (history([1, 2, 3], [nil]), .done),
            // The last record came after the task was given up.
            (history([1, 2, 3], [.workerLost], failure: .cancelled), .done),
            (
                history([1, 2], [.diverged], failure: .hopeless(reason: "a loss is not finite")),
                .failed(.hopeless(reason: "a loss is not finite"))
            ),
            // The task was given up, and its worker does not know yet.
            (history([1], [nil], failure: .cancelled), .failed(.cancelled)),
        ])
    func `a task with every record is done, with a reason failed, with an attempt without an end running`(
        history: TaskHistory, phase: TaskPhase
    ) {
        #expect(history.phase(of: Self.task) == phase)
        #expect(history.status(of: Self.task).phase == phase)
    }

    @Test func `a status has how far the task came, and who was given it last`() {
        let status = Self.history([1, 3], [.error, nil], lastProgress: 1).status(of: Self.task)
        let running = TaskPhase.running(Attempt(rawValue: 2))
        #expect(status == TaskStatus(phase: running, epochs: 2, attempts: 2, worker: Self.worker))
        #expect(TaskHistory().status(of: Self.task) == TaskStatus())
    }

    @Test func `only an execution that began when all was stored, and was completed, is an audit that was done`() {
        let all = [1, 2, 3]
        #expect(!Self.history(all, [.completed], lastProgress: 1).isAudited)
        #expect(!Self.history(all, [.completed, nil], lastProgress: 1).isAudited)
        #expect(!Self.history(all, [.completed, .error], lastProgress: 1).isAudited)
        #expect(Self.history(all, [.completed, .error, .completed], lastProgress: 1).isAudited)
        #expect(!Self.history(all, [.completed], lastProgress: .max).isAudited)
    }

    @Test func `an audit is an open attempt that began after the last record`() {
        let all = [1, 2, 3], second = Attempt(rawValue: 2)
        #expect(Self.history(all, [.completed, nil], lastProgress: 1).openAudit == second)
        #expect(Self.history(all, [.completed, .completed], lastProgress: 1).openAudit == nil)
        // Its worker is still to say how it ended.
        #expect(Self.history(all, [.workerLost, nil], lastProgress: 2).openAudit == nil)
    }

    @Test func `what is known to be an audit is one also where a later attempt's records are stored`() {
        var replaced = Self.history([1, 2, 3], [.completed, .completed, .completed], lastProgress: 3)
        #expect(!replaced.isAudited)
        replaced.attempts[1].isAudit = true
        #expect(replaced.isAudited)
        #expect((1...3).map { replaced.isAudit(Attempt(rawValue: $0)) } == [false, true, false])
    }

    @Test func `phases have words for programs, and only a failed task has a reason`() {
        let phases: [TaskPhase] = [.waiting, .running(Attempt(rawValue: 1)), .done, .failed(.hopeless(reason: "why"))]
        #expect(phases.map(\.word) == ["waiting", "running", "done", "failed"])
        #expect(phases.map(\.isUnfinished) == [true, true, false, false])
        #expect(phases.map(\.failure) == [nil, nil, nil, .hopeless(reason: "why")])
    }

    /// Journals of every version have these texts.
    @Test func `a failure is kept as a text, and one of them says that somebody cancelled the task`() {
        for (failure, text) in [(TaskFailure.cancelled, "cancelled"), (.hopeless(reason: "no memory"), "no memory")] {
            #expect(failure.text == text && TaskFailure(text: text) == failure)
        }
    }
}
