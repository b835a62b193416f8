import Experiment
import Messages
import Scheduling
import Status
import Testing

/// Leases: a silent worker loses its tasks, and what it did is not lost.
struct LeaseTests {
    private let silence = "not heard of for 20.0 s"

    @Test func `a task whose worker is silent for a lease goes to another, as the next attempt`() {
        var fixture = BoardFixture(taskCount: 1)
        fixture.hello("a")
        fixture.hello("b", at: 5)
        #expect(fixture.board.nextDeadline == .seconds(20))
        #expect(fixture.handle(.timePassed, at: 19.9).isEmpty)
        #expect(
            fixture.handle(.timePassed, at: 20) == [
                fixture.closed(fixture.key(0), .workerLost, silence), .reportLost("a", reason: silence),
            ] + fixture.dispatch(0, 2, to: "b"))
        #expect(fixture.handle(.timePassed, at: 21).isEmpty)
    }

    @Test func `any message renews the lease`() {
        var fixture = BoardFixture(taskCount: 1, epochs: 3)
        fixture.hello("a")
        fixture.report("a", fixture.key(0), fixture.record(0, 1), at: 15)
        #expect(fixture.handle(.timePassed, at: 34).isEmpty)
        fixture.heartbeat("a", running: [fixture.key(0)], at: 34)
        #expect(fixture.handle(.timePassed, at: 53).isEmpty)
        #expect(fixture.handle(.timePassed, at: 54).contains(.reportLost("a", reason: silence)))
    }

    @Test func `a late record is stored while its cell is open`() {
        var fixture = lostByATakenByB()
        let record = fixture.record(0, 1)
        #expect(
            fixture.report("a", fixture.key(0), record, at: 21) == [
                .store(.recordCommitted(fixture.key(0), record)),
                .send(.recordStored(fixture.key(0), epoch: 1), to: "a"),
            ])
    }

    @Test
    func `a late record is compared when its cell is not open, and so is the second execution's after a late one`() {
        var fixture = lostByATakenByB()
        let record = fixture.record(0, 1)
        fixture.report("b", fixture.key(0, 2), record, at: 21)
        #expect(
            fixture.report("a", fixture.key(0), record, at: 21) == [
                .compareRecord(fixture.key(0), record, isAnothers: true),
                .send(.recordStored(fixture.key(0), epoch: 1), to: "a"),
            ])
        fixture.report("a", fixture.key(0), fixture.record(0, 2), at: 21)
        #expect(
            fixture.report("b", fixture.key(0, 2), fixture.record(0, 2), at: 22) == [
                .compareRecord(fixture.key(0, 2), fixture.record(0, 2), isAnothers: true),
                .send(.recordStored(fixture.key(0, 2), epoch: 2), to: "b"),
            ])
    }

    @Test func `a late record that completes a task ends the attempt that runs, and the sweep`() {
        var fixture = lostByATakenByB()
        fixture.report("a", fixture.key(0), fixture.record(0, 1), at: 21)
        #expect(
            fixture.report("a", fixture.key(0), fixture.record(0, 2), at: 21) == [
                .store(.recordCommitted(fixture.key(0), fixture.record(0, 2))),
                fixture.closed(fixture.key(0, 2), .cancelled, "finished by attempt 1"),
                .send(.stop(fixture.key(0, 2)), to: "b"), .send(.recordStored(fixture.key(0), epoch: 2), to: "a"),
                .end(.finished),
            ])
    }

    @Test func `a record of an attempt that the worker was not given is refused, and answered so that it is forgotten`()
    {
        var fixture = BoardFixture(taskCount: 2)
        let other = BoardFixture(taskCount: 3).key(2)
        fixture.hello("a")
        let cases: [(WorkerID, AttemptKey, Int, String)] = [
            ("b", fixture.key(0), 1, "a record of an attempt that this worker was not given"),
            ("a", fixture.key(0, 2), 1, "a record of an attempt that this worker was not given"),
            ("a", fixture.key(1), 1, "a record of an attempt that this worker was not given"),
            ("a", other, 1, "no such task in this sweep"),
            ("a", fixture.key(0), 3, "epoch 3 is not one of the task's"),
            ("a", fixture.key(0), 0, "epoch 0 is not one of the task's"),
        ]
        for (worker, key, epoch, reason) in cases {
            let actions = fixture.report(worker, key, fixture.record(0, epoch))
            #expect(
                actions == [
                    .reportRejected(worker, key, reason: reason), .send(.recordStored(key, epoch: epoch), to: worker),
                ])
        }
        let reason = "the end of an attempt that this worker was not given"
        for (worker, key) in [("b", fixture.key(0)), ("a", other)] as [(WorkerID, AttemptKey)] {
            #expect(
                fixture.end(worker, key) == [
                    .reportRejected(worker, key, reason: reason), .send(.endStored(key), to: worker),
                ])
        }
        #expect(fixture.board.counts == TaskCounts(waiting: 1, running: 1))
    }

    @Test func `a lost worker that returns goes on with a task that still waits`() {
        var fixture = BoardFixture(taskCount: 1)
        fixture.hello("a")
        fixture.handle(.timePassed, at: 20).expectLost("a")
        #expect(fixture.board.counts == TaskCounts(waiting: 1))
        #expect(fixture.heartbeat("a", running: [fixture.key(0)], at: 25) == [.store(.attemptReopened(fixture.key(0)))])
        #expect(fixture.board.counts == TaskCounts(running: 1))
        #expect(fixture.hello("b", at: 26) == [.send(BoardFixture.welcome, to: "b")])
    }

    @Test func `a lost worker that returns is told to stop what another runs now`() {
        var fixture = lostByATakenByB()
        #expect(fixture.heartbeat("a", running: [fixture.key(0)], at: 25) == [.send(.stop(fixture.key(0)), to: "a")])
        let stopped = fixture.end("a", fixture.key(0), .cancelled, at: 26)
        #expect(stopped == [.send(.endStored(fixture.key(0)), to: "a")])
        #expect(fixture.board.owner(of: fixture.key(0, 2)) == "b")
        #expect(fixture.board.counts == TaskCounts(running: 1))
    }

    @Test func `a heartbeat that still lists an attempt whose end came is an old one: it opens nothing`() {
        var fixture = BoardFixture(taskCount: 2)
        fixture.hello("a")
        fixture.hello("b")
        fixture.end("a", fixture.key(0), .error)
        // b is busy and a has failed the task, so it waits when the heartbeat arrives.
        #expect(fixture.board.counts == TaskCounts(waiting: 1, running: 1))
        #expect(fixture.heartbeat("a", running: [fixture.key(0)], at: 1) == [.send(.stop(fixture.key(0)), to: "a")])
        #expect(fixture.board.counts == TaskCounts(waiting: 1, running: 1))
    }

    @Test func `an end that comes after the attempt was given up also keeps it closed`() {
        var fixture = BoardFixture(taskCount: 1)
        fixture.hello("a")
        fixture.handle(.timePassed, at: 20).expectLost("a")
        #expect(fixture.end("a", fixture.key(0), .error, at: 21) == [.send(.endStored(fixture.key(0)), to: "a")])
        let actions = fixture.heartbeat("a", running: [fixture.key(0)], at: 22)
        #expect(actions == [.send(.stop(fixture.key(0)), to: "a")] + fixture.dispatch(0, 2, to: "a"))
    }

    @Test func `an assignment that the heartbeats lack is sent again, not sooner than the timeout`() {
        var fixture = BoardFixture(taskCount: 1)
        fixture.hello("a")
        #expect(fixture.heartbeat("a", at: 4.9).isEmpty)
        let again = TaskBoard.Action.send(.assignment(fixture.key(0), fixture.tasks[0]), to: "a")
        #expect(fixture.heartbeat("a", at: 5) == [again])
        #expect(fixture.heartbeat("a", at: 7).isEmpty)
        #expect(fixture.hello("a", at: 10) == [.send(BoardFixture.welcome, to: "a"), again])
        #expect(fixture.heartbeat("a", running: [fixture.key(0)], at: 20).isEmpty)
    }

    @Test func `a worker whose process is gone for certain loses its tasks at once`() {
        var fixture = BoardFixture(taskCount: 2)
        fixture.hello("a", slots: 2)
        #expect(
            fixture.handle(.workerVanished("a"), at: 1) == [
                fixture.closed(fixture.key(0), .workerLost, "the worker's process ended"),
                fixture.closed(fixture.key(1), .workerLost, "the worker's process ended"),
                .reportLost("a", reason: "the worker's process ended"),
            ])
        #expect(fixture.board.liveWorkers == (0, 0))
        #expect(fixture.handle(.timePassed, at: 30).isEmpty)
        #expect(fixture.board.nextDeadline == nil)
    }

    @Test func `what a worker said before its process ended brings it back neither to its tasks nor to new ones`() {
        var fixture = BoardFixture(taskCount: 2)
        fixture.hello("a")
        _ = fixture.handle(.workerVanished("a"), at: 1)
        #expect(fixture.heartbeat("a", running: [fixture.key(0)], at: 2).isEmpty)
        #expect(fixture.hello("a", at: 3).isEmpty)
        #expect(fixture.board.liveWorkers == (0, 0))
        #expect(fixture.report("a", fixture.key(0), fixture.record(0, 1), at: 4).count == 2, "a record is a record")
    }

    @Test func `a worker lost between its last record and its end has completed its attempt`() {
        var fixture = BoardFixture(taskCount: 1)
        fixture.hello("a")
        fixture.reportAll("a", task: 0)
        #expect(
            fixture.handle(.timePassed, at: 20) == [
                fixture.closed(fixture.key(0), .completed, silence), .reportLost("a", reason: silence), .end(.finished),
            ])
    }

    @Test func `a heartbeat of a worker that nobody knows is a question for its name`() {
        var fixture = BoardFixture(taskCount: 1)
        #expect(fixture.heartbeat("x", running: [fixture.key(0)], at: 0) == [.send(.whoAreYou, to: "x")])
        #expect(fixture.board.liveWorkers == (0, 0))
    }

    /// Worker a was silent for its lease, and b has the task.
    private func lostByATakenByB() -> BoardFixture {
        var fixture = BoardFixture(taskCount: 1)
        fixture.hello("a")
        fixture.hello("b", at: 5)
        fixture.handle(.timePassed, at: 20).expectLost("a")
        return fixture
    }
}

extension [TaskBoard.Action] {
    func expectLost(_ worker: WorkerID) {
        #expect(
            contains {
                guard case .reportLost(worker, _) = $0 else { return false }
                return true
            })
    }
}
