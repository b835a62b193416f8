import Experiment
import Messages
import Scheduling
import Status
import Testing

/// Goodbye of a worker, stop of a sweep.
struct StopTests {
    private let stopped = "the sweep was stopped"

    @Test func `a worker that says goodbye gets nothing new, and its attempts end one by one`() {
        var fixture = BoardFixture(taskCount: 3)
        fixture.hello("a", slots: 2)
        #expect(fixture.handle(.received(.goodbye, from: "a"), at: 1).isEmpty)
        #expect(fixture.board.liveWorkers == (0, 0))
        let first = fixture.end("a", fixture.key(0), .preempted, at: 2)
        #expect(
            first == [
                .store(.attemptEnded(fixture.key(0), BoardFixture.end(.preempted))),
                .send(.endStored(fixture.key(0)), to: "a"),
            ])
        fixture.end("a", fixture.key(1), .preempted, at: 2)
        #expect(fixture.board.counts == TaskCounts(waiting: 3))
        // The worker is gone: a heartbeat of it is a stranger's.
        #expect(fixture.heartbeat("a", at: 3) == [.send(.whoAreYou, to: "a")])
    }

    @Test func `a worker that says goodbye and falls silent loses its attempts like any other`() {
        var fixture = BoardFixture(taskCount: 1)
        fixture.hello("a")
        fixture.handle(.received(.goodbye, from: "a"), at: 1).expectNothing()
        let lost = fixture.handle(.timePassed, at: 21)
        #expect(lost == [fixture.closed(fixture.key(0), .workerLost, "not heard of for 20.0 s")])
        #expect(fixture.board.nextDeadline == nil)
    }

    @Test func `a stop takes every task back, and the sweep ends when the last attempt has`() {
        var fixture = BoardFixture(taskCount: 3)
        fixture.hello("a", slots: 2)
        #expect(
            fixture.handle(.stopRequested, at: 1) == [
                .send(.stop(fixture.key(0)), to: "a"), .send(.stop(fixture.key(1)), to: "a"),
            ])
        #expect(fixture.hello("b", at: 1) == [.send(BoardFixture.welcome, to: "b")])
        #expect(fixture.report("a", fixture.key(0), fixture.record(0, 1), at: 1).count == 2)
        #expect(fixture.end("a", fixture.key(0), .cancelled, at: 2).count == 2)
        #expect(
            fixture.end("a", fixture.key(1), .cancelled, at: 2) == [
                .store(.attemptEnded(fixture.key(1), BoardFixture.end(.cancelled))),
                .send(.endStored(fixture.key(1)), to: "a"), .end(.stopped),
            ])
    }

    @Test func `a stop that was lost is said again to a worker whose heartbeat lists the attempt`() {
        var fixture = BoardFixture(taskCount: 1)
        fixture.hello("a")
        fixture.handle(.stopRequested, at: 1).expectNothing(but: 1)
        #expect(fixture.heartbeat("a", running: [fixture.key(0)], at: 3) == [.send(.stop(fixture.key(0)), to: "a")])
    }

    @Test func `while it stops nothing is assigned again: what a worker does not know is over`() {
        var fixture = BoardFixture(taskCount: 1)
        fixture.hello("a")
        fixture.handle(.stopRequested, at: 1).expectNothing(but: 1)
        #expect(
            fixture.heartbeat("a", at: 6) == [
                fixture.closed(fixture.key(0), .cancelled, "the worker does not know it"), .end(.stopped),
            ])
    }

    @Test func `a worker that does not answer a stop holds it up for a few seconds after the last answer of others`() {
        var fixture = BoardFixture(taskCount: 2)
        fixture.hello("a")
        fixture.hello("b")
        fixture.handle(.stopRequested, at: 1).expectNothing(but: 2)
        #expect(fixture.board.nextDeadline == .seconds(6))
        fixture.report("b", fixture.key(1), fixture.record(1, 1), at: 5)
        #expect(fixture.handle(.timePassed, at: 9.9).isEmpty)
        var insisting = fixture
        let abandoned = [
            fixture.closed(fixture.key(0), .cancelled, stopped), fixture.closed(fixture.key(1), .cancelled, stopped),
            .end(.stopped),
        ]
        #expect(fixture.handle(.timePassed, at: 10) == abandoned)
        #expect(insisting.handle(.stopInsisted, at: 9.9) == abandoned)
    }

    @Test func `a stop of an idle sweep ends it at once; one whose last record comes in meanwhile is finished`() {
        var idle = BoardFixture(taskCount: 1)
        #expect(idle.handle(.stopRequested, at: 0) == [.end(.stopped)])
        #expect(idle.handle(.stopRequested, at: 0).isEmpty)
        var nearlyDone = BoardFixture(taskCount: 1)
        nearlyDone.hello("a")
        nearlyDone.handle(.stopRequested, at: 1).expectNothing(but: 1)
        nearlyDone.reportAll("a", task: 0, at: 1)
        #expect(nearlyDone.end("a", nearlyDone.key(0), at: 1).last == .end(.finished))
    }
}

extension [TaskBoard.Action] {
    /// As set-up: only so many actions are awaited.
    func expectNothing(but expected: Int = 0) {
        #expect(count == expected)
    }
}
