import Experiment
import Messages
import Scheduling
import Simulation
import Status
import Testing

/// A restored board goes on where the journal ends.
struct RestoreTests {
    @Test func `attempts that ran are adopted, and not given to others before their lease runs out`() {
        var fixture = BoardFixture([restored(0, attempts: [("a", nil)]), restored(1)])
        #expect(fixture.board.counts == TaskCounts(waiting: 1, running: 1))
        #expect(
            fixture.hello("b", slots: 2, at: 1) == [.send(BoardFixture.welcome, to: "b")] + fixture.dispatch(1, to: "b")
        )
        #expect(fixture.hello("a", running: [fixture.key(0)], at: 10) == [.send(BoardFixture.welcome, to: "a")])
        fixture.heartbeat("b", running: [fixture.key(1)], at: 19)
        #expect(fixture.handle(.timePassed, at: 21).isEmpty)
        let record = fixture.record(0, 2)
        #expect(
            fixture.report("a", fixture.key(0), record, at: 22) == [
                .store(.recordCommitted(fixture.key(0), record)),
                .send(.recordStored(fixture.key(0), epoch: 2), to: "a"),
            ])
    }

    @Test func `a worker that does not come back loses its attempts a lease after the restart`() {
        var fixture = BoardFixture([restored(0, attempts: [("a", nil)])])
        #expect(fixture.board.nextDeadline == .seconds(20))
        fixture.hello("b", at: 19)
        let actions = fixture.handle(.timePassed, at: 20)
        #expect(actions.suffix(2) == fixture.dispatch(0, 2, to: "b"))
        actions.expectLost("a")
    }

    @Test func `a heartbeat of an expected worker is a question for its name, and what it runs stays its own`() {
        var fixture = BoardFixture([restored(0, attempts: [("a", nil)])])
        #expect(fixture.heartbeat("a", running: [fixture.key(0)], at: 1) == [.send(.whoAreYou, to: "a")])
        #expect(fixture.report("a", fixture.key(0), fixture.record(0, 1), at: 1).count == 2)
        #expect(fixture.hello("a", running: [fixture.key(0)], at: 2) == [.send(BoardFixture.welcome, to: "a")])
    }

    @Test func `an attempt that was given up before the restart is adopted, too, if its worker still runs it`() {
        for outcome in [AttemptOutcome.workerLost, .cancelled] {
            var fixture = BoardFixture([restored(0, attempts: [("a", outcome)])])
            let key = fixture.key(0)
            #expect(
                fixture.hello("a", running: [key], at: 1) == [
                    .send(BoardFixture.welcome, to: "a"), .store(.attemptReopened(key)),
                ])
        }
    }

    @Test func `an attempt that its worker ended before the restart stays closed`() {
        var fixture = BoardFixture([restored(0, attempts: [("a", .error)])])
        #expect(
            fixture.hello("a", running: [fixture.key(0)], at: 1) == [
                .send(BoardFixture.welcome, to: "a"), .send(.stop(fixture.key(0)), to: "a"),
            ] + fixture.dispatch(0, 2, to: "a"))
    }

    @Test func `what is stored is not trained again`() {
        var fixture = BoardFixture([
            restored(0, epochs: [1, 2], attempts: [("a", .completed)]),
            restored(1, attempts: [("a", .diverged)], isFailed: true),
        ])
        #expect(fixture.board.counts == TaskCounts(done: 1, failed: 1))
        #expect(fixture.hello("a") == [.send(BoardFixture.welcome, to: "a"), .end(.finished)])
    }

    @Test func `records that are stored are compared when a task is trained again`() {
        var fixture = BoardFixture([restored(0, epochs: [1], attempts: [("a", .workerLost)])])
        #expect(fixture.hello("b") == [.send(BoardFixture.welcome, to: "b")] + fixture.dispatch(0, 2, to: "b"))
        let again = fixture.report("b", fixture.key(0, 2), fixture.record(0, 1))
        #expect(again.first == .compareRecord(fixture.key(0, 2), fixture.record(0, 1), isAnothers: true))
        let new = fixture.report("b", fixture.key(0, 2), fixture.record(0, 2))
        #expect(new.first == .store(.recordCommitted(fixture.key(0, 2), fixture.record(0, 2))))
    }

    @Test func `a complete task whose attempt was not seen to end waits for the worker's word`() {
        var fixture = BoardFixture([restored(0, epochs: [1, 2], attempts: [("a", nil)])])
        let key = fixture.key(0)
        #expect(fixture.handle(.timePassed, at: 1).isEmpty)
        #expect(fixture.hello("a", running: [key], at: 2) == [.send(BoardFixture.welcome, to: "a")])
        #expect(
            fixture.end("a", key, at: 3) == [
                .store(.attemptEnded(key, BoardFixture.end(.completed))), .send(.endStored(key), to: "a"),
                .end(.finished),
            ])
    }

    @Test func `failures before the restart still count`() {
        var fixture = BoardFixture([restored(0, attempts: [("a", .error), ("b", .killed)])])
        fixture.hello("c")
        let actions = fixture.end("c", fixture.key(0, 3), .outOfMemory)
        #expect(actions.contains(.store(.taskFailed(fixture.tasks[0].id, .hopeless(reason: "because")))))
    }

    /// All epochs are the first attempt's.
    private func restored(
        _ number: Int, epochs: [Int] = [], attempts: [(worker: WorkerID, outcome: AttemptOutcome?)] = [],
        isFailed: Bool = false
    ) -> TaskBoard.RestoredTask {
        var history = TaskHistory(
            epochs: epochs, attempts: attempts.map { .init(worker: $0.worker, outcome: $0.outcome) },
            failure: isFailed ? .hopeless(reason: "because") : nil, lastProgress: epochs.isEmpty ? 0 : 1)
        history.authors = epochs.map { _ in Attempt(rawValue: 1) }
        return TaskBoard.RestoredTask(task: PretendTraining.task(number, epochs: 2), history: history)
    }
}
