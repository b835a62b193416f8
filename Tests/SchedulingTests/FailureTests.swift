import Experiment
import Messages
import Scheduling
import Status
import Testing

/// Failures count against the task and the worker, and never against the sweep.
struct FailureTests {
    @Test func `a failed task goes to a worker that has not failed it`() {
        var fixture = BoardFixture(taskCount: 3)
        fixture.hello("a")
        fixture.hello("b")
        #expect(
            fixture.end("a", fixture.key(0), .error) == [
                .store(.attemptEnded(fixture.key(0), BoardFixture.end(.error))),
                .send(.endStored(fixture.key(0)), to: "a"),
            ] + fixture.dispatch(2, to: "a"))
        fixture.reportAll("b", task: 1)
        #expect(fixture.end("b", fixture.key(1)).suffix(2) == fixture.dispatch(0, 2, to: "b"))
    }

    @Test func `a task goes back to the worker that failed it only when no other is left`() {
        var fixture = BoardFixture(taskCount: 2)
        fixture.hello("a")
        fixture.hello("b")
        #expect(fixture.end("a", fixture.key(0), .error).count == 2)
        #expect(fixture.heartbeat("a", at: 1).isEmpty)
        #expect(fixture.handle(.workerVanished("b"), at: 2).suffix(2) == fixture.dispatch(0, 2, to: "a"))
    }

    @Test func `a task goes back to the worker that failed it as soon as the only other one is quarantined`() {
        var fixture = BoardFixture(taskCount: 3)
        fixture.hello("a")
        fixture.hello("b")
        fixture.reportAll("b", task: 1)
        fixture.end("b", fixture.key(1))
        fixture.end("a", fixture.key(0), .error)
        #expect(fixture.board.counts == TaskCounts(waiting: 1, running: 1, done: 1), "it waits for b, which has task 2")
        // Of an attempt that is over, so that no slot becomes free.
        var record = fixture.record(1, 1)
        record.metrics.valLoss = -1e300
        let actions = fixture.report("b", fixture.key(1), record)
        #expect(actions.contains(.reportQuarantined("b")))
        #expect(actions.suffix(2) == fixture.dispatch(0, 2, to: "a"))
        #expect(fixture.board.owner(of: fixture.key(2)) == "b", "what it has it may finish")
    }

    @Test(
        arguments: [AttemptOutcome.error, .outOfMemory, .killed])
    func `three failures on the only worker fail a task, and the sweep goes on`(outcome: AttemptOutcome) {
        var fixture = BoardFixture(taskCount: 2)
        fixture.hello("a")
        fixture.end("a", fixture.key(0), outcome)
        fixture.end("a", fixture.key(0, 2), outcome)
        #expect(
            fixture.end("a", fixture.key(0, 3), outcome) == [
                .store(.attemptEnded(fixture.key(0, 3), BoardFixture.end(outcome))),
                .store(.taskFailed(fixture.tasks[0].id, .hopeless(reason: "because"))),
                .send(.endStored(fixture.key(0, 3)), to: "a"),
            ] + fixture.dispatch(1, to: "a"))
        fixture.reportAll("a", task: 1)
        #expect(fixture.end("a", fixture.key(1)).last == .end(.finished))
        #expect(fixture.board.counts == TaskCounts(done: 1, failed: 1))
    }

    @Test func `three different workers that fail a task fail it`() {
        var fixture = BoardFixture(taskCount: 1)
        for worker: WorkerID in ["a", "b", "c", "d"] { fixture.hello(worker) }
        fixture.end("a", fixture.key(0), .error)
        fixture.end("b", fixture.key(0, 2), .killed)
        #expect(fixture.end("c", fixture.key(0, 3), .error).last == .end(.finished))
        #expect(fixture.board.counts == TaskCounts(failed: 1))
    }

    @Test func `with two workers a task is failed when each has failed it three times`() {
        var fixture = BoardFixture(taskCount: 1)
        fixture.hello("a")
        fixture.hello("b")
        for attempt in 1...5 {
            let worker = fixture.board.owner(of: fixture.key(0, attempt))!
            fixture.end(worker, fixture.key(0, attempt), .error)
            #expect(fixture.board.counts == TaskCounts(running: 1))
        }
        let owners = (1...6).map { fixture.board.owner(of: fixture.key(0, $0))! }
        #expect(owners.count { $0 == "a" } == 3)
        fixture.end(owners[5], fixture.key(0, 6), .error)
        #expect(fixture.board.counts == TaskCounts(failed: 1))
    }

    @Test func `a task that diverged is failed at once, and its worker is not blamed`() {
        var fixture = BoardFixture(taskCount: 5)
        fixture.hello("a")
        for task in 0..<4 {
            let actions = fixture.end("a", fixture.key(task), .diverged)
            #expect(actions.contains(.store(.taskFailed(fixture.tasks[task].id, .hopeless(reason: "because")))))
            #expect(actions.suffix(2) == fixture.dispatch(task + 1, to: "a"))
        }
    }

    @Test func `a host that cannot run tasks gets no more, and its task goes on elsewhere, unblamed`() {
        var policy = TaskBoard.Policy()
        policy.workersMayJoin = true
        var fixture = BoardFixture(taskCount: 1, policy: policy)
        fixture.hello("a")
        let actions = fixture.end("a", fixture.key(0), .unfit)
        #expect(actions.contains(.reportQuarantined("a")))
        #expect(fixture.board.counts == TaskCounts(waiting: 1))
        fixture.hello("b")
        #expect(fixture.board.owner(of: fixture.key(0, 2)) == "b")
    }

    @Test func `a record that cannot be its task's is not stored, and whoever sent it gets no more`() {
        var policy = TaskBoard.Policy()
        policy.workersMayJoin = true
        var fixture = BoardFixture(taskCount: 1, policy: policy)
        fixture.hello("a")
        var record = fixture.record(0, 1)
        record.metrics.valLoss = -1e300
        let actions = fixture.report("a", fixture.key(0), record)
        let reason = "a record that cannot be its task's: val_loss: -1e+300 is no loss, which is from 0 to 1e+39"
        #expect(
            actions == [
                .reportRejected("a", fixture.key(0), reason: reason),
                .store(.attemptEnded(fixture.key(0), AttemptEnd(outcome: .unfit, reason: reason, seconds: 0))),
                .reportQuarantined("a"), .send(.stop(fixture.key(0)), to: "a"),
                .send(.recordStored(fixture.key(0), epoch: 1), to: "a"),
            ])
        #expect(fixture.board.counts == TaskCounts(waiting: 1))
        #expect(fixture.heartbeat("a", running: [fixture.key(0)], at: 1) == [.send(.stop(fixture.key(0)), to: "a")])
        fixture.hello("b")
        #expect(fixture.board.owner(of: fixture.key(0, 2)) == "b")
        #expect(fixture.report("a", fixture.key(0), record).count == 2, "said again, it is rejected again")
    }

    @Test(arguments: [AttemptOutcome.preempted, .cancelled, .workerLost])
    func `what is nobody's fault does not count`(outcome: AttemptOutcome) {
        var fixture = BoardFixture(taskCount: 1)
        fixture.hello("a")
        for attempt in 1...5 {
            let actions = fixture.end("a", fixture.key(0, attempt), outcome)
            #expect(actions.suffix(2) == fixture.dispatch(0, attempt + 1, to: "a"))
        }
    }

    @Test func `a trainer that dies after its last record was stored does not undo its task`() {
        var fixture = BoardFixture(taskCount: 1)
        fixture.hello("a")
        fixture.end("a", fixture.key(0), .error)
        fixture.end("a", fixture.key(0, 2), .error)
        fixture.reportAll("a", task: 0, attempt: 3)
        #expect(
            fixture.end("a", fixture.key(0, 3), .killed) == [
                .store(.attemptEnded(fixture.key(0, 3), BoardFixture.end(.killed))),
                .send(.endStored(fixture.key(0, 3)), to: "a"), .end(.finished),
            ])
        #expect(fixture.board.counts == TaskCounts(done: 1))
    }

    @Test func `an attempt that ends before its last record has failed, whatever it says`() {
        var fixture = BoardFixture(taskCount: 1)
        fixture.hello("a")
        fixture.report("a", fixture.key(0), fixture.record(0, 1))
        let end = AttemptEnd(outcome: .error, reason: "ended before its last record", seconds: 3)
        #expect(fixture.end("a", fixture.key(0), .completed).first == .store(.attemptEnded(fixture.key(0), end)))
    }

    @Test func `a worker that fails three different tasks in a row is quarantined and gets nothing more`() {
        var fixture = BoardFixture(taskCount: 6)
        fixture.hello("a")
        fixture.hello("b")
        fixture.end("a", fixture.key(0), .error)
        fixture.end("a", fixture.key(2), .killed)
        #expect(
            fixture.end("a", fixture.key(3), .error) == [
                .store(.attemptEnded(fixture.key(3), BoardFixture.end(.error))), .reportQuarantined("a"),
                .send(.endStored(fixture.key(3)), to: "a"),
            ])
        #expect(fixture.heartbeat("a", at: 1).isEmpty)
        #expect(fixture.hello("a", at: 2) == [.send(BoardFixture.welcome, to: "a")])
        #expect(fixture.board.liveWorkers == (1, 1))
    }

    @Test func `to be lost for a while does not lift a quarantine`() {
        for returns in ["by a hello", "by a heartbeat"] {
            var fixture = BoardFixture(taskCount: 6)
            fixture.hello("a")
            fixture.hello("b")
            for task in [0, 2, 3] { fixture.end("a", fixture.key(task), .error) }
            fixture.heartbeat("b", running: [fixture.key(1)], at: 15)
            fixture.handle(.timePassed, at: 20).expectLost("a")
            let actions = returns == "by a hello" ? fixture.hello("a", at: 21) : fixture.heartbeat("a", at: 21)
            #expect(actions == (returns == "by a hello" ? [.send(BoardFixture.welcome, to: "a")] : []))
        }
    }

    @Test func `a completed attempt in between clears a worker's record; the same task again does not count twice`() {
        var fixture = BoardFixture(taskCount: 9)
        fixture.hello("a")
        fixture.end("a", fixture.key(0), .error)
        fixture.end("a", fixture.key(0, 2), .error)
        fixture.end("a", fixture.key(0, 3), .error)
        fixture.end("a", fixture.key(1), .error)
        fixture.reportAll("a", task: 1, attempt: 2)
        fixture.end("a", fixture.key(1, 2))
        fixture.end("a", fixture.key(2), .error)
        let actions = fixture.end("a", fixture.key(2, 2), .error)
        #expect(actions.suffix(2) == fixture.dispatch(2, 3, to: "a"))
    }

    @Test(arguments: [false, true])
    func `a sweep whose workers are all quarantined is stalled, unless others can join`(workersMayJoin: Bool) {
        var policy = TaskBoard.Policy()
        policy.workersMayJoin = workersMayJoin
        var fixture = BoardFixture(taskCount: 5, policy: policy)
        fixture.hello("a", slots: 3)
        fixture.end("a", fixture.key(0), .error)
        fixture.end("a", fixture.key(1), .error)
        let last = fixture.end("a", fixture.key(2), .error)
        #expect(last.contains(.reportQuarantined("a")))
        #expect(!last.contains(.end(.stalled)), "two attempts still run")
        fixture.end("a", fixture.key(0, 2), .error)
        let end = fixture.end("a", fixture.key(1, 2), .error)
        #expect(end.contains(.end(.stalled)) == !workersMayJoin)
    }
}
