import Experiment
import Messages
import Scheduling
import Status
import Testing

/// Pause, drain, cancel, retry and audit of a running sweep.
struct RequestTests {
    private let id = RequestID(rawValue: 7)

    private func ask(
        _ fixture: inout BoardFixture, _ request: SweepRequest, at seconds: Double = 1
    ) -> [TaskBoard.Action] {
        fixture.handle(.requestArrived(id, request), at: seconds)
    }

    private func done(_ count: Int) -> TaskBoard.Action { .sendAnswer(id, .done(count: count)) }

    // MARK: Pause

    @Test func `a paused sweep begins nothing, and takes what its attempts bring`() {
        var fixture = BoardFixture(taskCount: 2)
        fixture.hello("a")
        #expect(ask(&fixture, .pause) == [done(1)])
        fixture.reportAll("a", task: 0)
        #expect(fixture.end("a", fixture.key(0)).last == .send(.endStored(fixture.key(0)), to: "a"))
        #expect(fixture.hello("b") == [.send(BoardFixture.welcome, to: "b")])
        #expect(ask(&fixture, .pause) == [done(0)])
        #expect(ask(&fixture, .resume) == [done(1)] + fixture.dispatch(1, to: "a"))
    }

    @Test func `a paused sweep that is done ends`() {
        var fixture = BoardFixture(taskCount: 1)
        fixture.hello("a")
        #expect(ask(&fixture, .pause) == [done(1)], "also with nothing waiting")
        fixture.reportAll("a", task: 0)
        #expect(fixture.end("a", fixture.key(0)).last == .end(.finished))
    }

    // MARK: Drain

    @Test func `a drained worker gives its tasks to others and gets nothing new until it is restored`() {
        var fixture = BoardFixture(taskCount: 3)
        fixture.hello("a")
        fixture.hello("b")
        #expect(ask(&fixture, .drain("a")) == [.send(.stop(fixture.key(0)), to: "a"), done(1)])
        fixture.reportAll("b", task: 1)
        #expect(fixture.end("b", fixture.key(1)).suffix(2) == fixture.dispatch(2, to: "b"))
        // The worker says it in its own time, after its state.
        fixture.end("a", fixture.key(0), .cancelled, at: 2)
        #expect(fixture.board.counts == TaskCounts(waiting: 1, running: 1, done: 1))
        #expect(fixture.hello("a", at: 3) == [.send(BoardFixture.welcome, to: "a")])
        #expect(ask(&fixture, .drain("a")) == [done(0)])
        #expect(ask(&fixture, .restore("a")) == [done(1)] + fixture.dispatch(0, 2, to: "a"))
    }

    @Test func `a stop that was lost is said again to a drained worker; an assignment that was lost is taken back`() {
        var fixture = BoardFixture(taskCount: 2)
        fixture.hello("a", slots: 2)
        _ = ask(&fixture, .drain("a"))
        let actions = fixture.heartbeat("a", running: [fixture.key(0)], at: 9)
        let closed = fixture.closed(fixture.key(1), .cancelled, "the worker does not know it")
        #expect(actions == [.send(.stop(fixture.key(0)), to: "a"), closed])
    }

    @Test func `an attempt of a drained worker that was lost for a while is not adopted`() {
        var fixture = BoardFixture(taskCount: 1)
        fixture.hello("a")
        fixture.handle(.timePassed, at: 21).expectLost("a")
        _ = ask(&fixture, .drain("a"), at: 22)
        #expect(fixture.heartbeat("a", running: [fixture.key(0)], at: 23) == [.send(.stop(fixture.key(0)), to: "a")])
    }

    @Test func `a task that every other worker failed waits for the drained one no longer`() {
        var fixture = BoardFixture(taskCount: 1)
        fixture.hello("a")
        fixture.hello("b")
        _ = ask(&fixture, .drain("b"))
        #expect(fixture.end("a", fixture.key(0), .error).suffix(2) == fixture.dispatch(0, 2, to: "a"))
    }

    @Test func `a worker that nobody knows cannot be drained`() {
        var fixture = BoardFixture(taskCount: 1)
        fixture.hello("a")
        let reason = "no worker z here; there are: a"
        #expect(ask(&fixture, .drain("z")) == [.sendAnswer(id, .refused(reason: reason))])
    }

    // MARK: Cancel and retry

    @Test func `cancelled tasks are failed: a waiting one at once, a running one with its attempt`() {
        var fixture = BoardFixture(taskCount: 3)
        fixture.hello("a")
        let actions = ask(&fixture, .cancel([fixture.tasks[2].id, fixture.tasks[0].id]))
        #expect(
            actions == [
                fixture.closed(fixture.key(0), .cancelled, "the task was cancelled"),
                .store(.taskFailed(fixture.tasks[0].id, .cancelled)), .send(.stop(fixture.key(0)), to: "a"),
                .store(.taskFailed(fixture.tasks[2].id, .cancelled)), done(2),
            ] + fixture.dispatch(1, to: "a"))
        #expect(fixture.board.counts == TaskCounts(running: 1, failed: 2))
        #expect(
            fixture.heartbeat("a", running: [fixture.key(0)], at: 2).contains(.send(.stop(fixture.key(0)), to: "a")))
    }

    @Test func `without tasks all that are not over are cancelled, and the sweep ends`() {
        var fixture = BoardFixture(taskCount: 3)
        fixture.hello("a")
        fixture.reportAll("a", task: 0)
        fixture.end("a", fixture.key(0))
        #expect(ask(&fixture, .cancel([])).suffix(2) == [done(2), .end(.finished)])
        #expect(fixture.board.counts == TaskCounts(done: 1, failed: 2))
    }

    @Test func `a cancelled task that gets another chance goes on from its records`() {
        var fixture = BoardFixture(taskCount: 2)
        fixture.hello("a")
        fixture.report("a", fixture.key(0), fixture.record(0, 1))
        _ = ask(&fixture, .cancel([fixture.tasks[0].id]))
        let actions = ask(&fixture, .retry([]))
        #expect(actions == [.store(.taskReopened(fixture.tasks[0].id)), done(1)])
        fixture.end("a", fixture.key(0), .cancelled)
        fixture.reportAll("a", task: 1)
        #expect(fixture.end("a", fixture.key(1)).suffix(2) == fixture.dispatch(0, 2, to: "a"))
        #expect(ask(&fixture, .retry([])) == [done(0)])
    }

    @Test func `a task of another sweep is refused, and nothing is cancelled`() {
        var fixture = BoardFixture(taskCount: 1)
        let stranger = TaskID(rawValue: String(repeating: "0", count: 32))!
        let reason = "no task \(stranger) in this sweep"
        #expect(ask(&fixture, .cancel([fixture.tasks[0].id, stranger])) == [.sendAnswer(id, .refused(reason: reason))])
        #expect(fixture.board.counts == TaskCounts(waiting: 1))
    }

    @Test func `what comes in the turn that ended the sweep is refused, and starts nothing`() {
        var fixture = BoardFixture(taskCount: 1)
        fixture.hello("a")
        #expect(ask(&fixture, .cancel([])).last == .end(.finished))
        let refusal = SweepAnswer.refused(reason: "the sweep has just ended")
        #expect(ask(&fixture, .retry([])) == [.sendAnswer(id, refusal)])
    }

    // MARK: Audit

    @Test func `a finished task is trained again on another worker when somebody asks for it, once`() {
        var fixture = BoardFixture(taskCount: 2)
        fixture.hello("a")
        fixture.reportAll("a", task: 0)
        fixture.end("a", fixture.key(0))
        let task = fixture.tasks[0].id
        #expect(ask(&fixture, .audit(task)) == [done(1)])
        #expect(ask(&fixture, .audit(task)) == [done(0)])
        #expect(fixture.hello("b") == [.send(BoardFixture.welcome, to: "b")] + fixture.dispatch(0, 2, to: "b"))
        #expect(ask(&fixture, .audit(task)) == [done(0)])
        #expect(
            fixture.report("b", fixture.key(0, 2), fixture.record(0, 1)).first
                == .compareRecord(fixture.key(0, 2), fixture.record(0, 1), isAnothers: true))
    }

    @Test func `a task that is not finished cannot be audited`() {
        var fixture = BoardFixture(taskCount: 1)
        let task = fixture.tasks[0].id
        let reason = "task \(task) is not finished, so there is nothing to compare with yet"
        #expect(ask(&fixture, .audit(task)) == [.sendAnswer(id, .refused(reason: reason))])
    }
}
