import CommandOutput
import Commands
import Experiment
import FleetCommands
import Messages
import TestSupport
import Testing

/// What the commands that steer a sweep ask and say.
struct SteeringTests {
    private let directory = TemporaryDirectory()
    private let workers = ["north-1", "south-1"].map { WorkerID(rawValue: $0)! }

    /// What is asked and said where a coordinator answers with `count`.
    private func exchange(
        _ count: Int, _ command: (Steering, (String) -> Void) throws -> Void
    ) rethrows -> (asked: [SweepRequest], said: [String]) {
        var asked: [SweepRequest] = [], said: [String] = []
        let steering = Steering {
            asked.append($0)
            return count
        }
        try command(steering) { said.append($0) }
        return (asked, said)
    }

    @Test func `a pause and its end concern the sweep`() throws {
        let pause = try exchange(0) { steering, say in say(try steering.pause()) }
        #expect(pause.asked == [.pause])
        #expect(
            pause.said == ["The sweep is paused: what trains goes on, and nothing new begins until sweep resume."])
        let resume = try exchange(0) { try $0.resume([], say: $1) }
        #expect(resume.asked == [.resume] && resume.said == ["The sweep goes on."])
    }

    @Test func `workers are drained and given tasks again one by one`() throws {
        let drain = try exchange(1) { try $0.drain(workers, say: $1) }
        #expect(drain.asked == workers.map { .drain($0) })
        #expect(drain.said == workers.map { "\($0) is drained: it gets no more tasks." })
        #expect(try exchange(0) { try $0.drain([workers[0]], say: $1) }.said == ["north-1 is drained already."])
        let restore = try exchange(1) { try $0.resume(workers, say: $1) }
        #expect(restore.asked == workers.map { .restore($0) })
        #expect(restore.said == workers.map { "\($0) is given tasks again." })
    }

    @Test func `cancelled tasks are counted`() throws {
        let task = try #require(TaskID(rawValue: String(repeating: "0a", count: 16)))
        let cancel = try exchange(2) { steering, say in say(try steering.cancel([task])) }
        #expect(cancel.asked == [.cancel([task])] && cancel.said == ["2 tasks cancelled."])
        let none = try exchange(0) { steering, say in say(try steering.cancel([])) }
        #expect(none.said == ["Nothing to cancel: no such task is left."])
    }

    @Test func `failed tasks of a sweep that does not run wait for its command`() throws {
        let run = try directory.run("interrupted")
        #expect(try run.retry([]) == "No such task has failed.")
        let tasks = try run.reader().plan().tasks
        try run.commit([.taskFailed(tasks[1].id, .hopeless(reason: "out of memory"))])
        #expect(try run.retry([tasks[2].id.rawValue]) == "No such task has failed.")
        #expect(try run.retry([]) == "1 task will be tried again: run the sweep's command again.")
        #expect(try run.reader().state().histories.allSatisfy { $0.failure == nil })
    }
}
