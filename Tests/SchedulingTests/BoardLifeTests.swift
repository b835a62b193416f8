import Experiment
import Messages
import Scheduling
import Status
import Testing

/// The board leads each task through its life.
struct BoardLifeTests {
    @Test func `every record and the end are stored before they are answered, and the next task follows`() {
        var fixture = BoardFixture(taskCount: 2)
        let key = fixture.key(0)
        #expect(fixture.hello("a") == [.send(BoardFixture.welcome, to: "a")] + fixture.dispatch(0, to: "a"))
        for epoch in 1...2 {
            let record = fixture.record(0, epoch)
            let expected: [TaskBoard.Action] = [
                .store(.recordCommitted(key, record)), .send(.recordStored(key, epoch: epoch), to: "a"),
            ]
            #expect(fixture.report("a", key, record) == expected)
        }
        #expect(
            fixture.end("a", key) == [
                .store(.attemptEnded(key, BoardFixture.end(.completed))), .send(.endStored(key), to: "a"),
            ] + fixture.dispatch(1, to: "a"))
        fixture.reportAll("a", task: 1)
        #expect(
            fixture.end("a", fixture.key(1)) == [
                .store(.attemptEnded(fixture.key(1), BoardFixture.end(.completed))),
                .send(.endStored(fixture.key(1)), to: "a"), .end(.finished),
            ])
        #expect(fixture.board.counts.done == 2)
    }

    @Test func `tasks are handed out in the order of the plan, to the worker with most free slots first`() {
        var fixture = BoardFixture(taskCount: 6)
        #expect(
            fixture.hello("a", slots: 2)
                == [.send(BoardFixture.welcome, to: "a")] + fixture.dispatch(0, to: "a") + fixture.dispatch(1, to: "a"))
        #expect(fixture.hello("b", slots: 1) == [.send(BoardFixture.welcome, to: "b")] + fixture.dispatch(2, to: "b"))
        #expect(fixture.board.liveWorkers == (2, 3))
        #expect(fixture.board.counts == TaskCounts(waiting: 3, running: 3))
        #expect(fixture.board.owner(of: fixture.key(2)) == "b")
        #expect(fixture.board.owner(of: fixture.key(3)) == nil)
    }

    @Test func `a sweep of no tasks, or of tasks that are all stored, is finished at once`() {
        var empty = BoardFixture(taskCount: 0)
        #expect(empty.handle(.timePassed, at: 0) == [.end(.finished)])
        #expect(empty.handle(.timePassed, at: 1).isEmpty)
    }

    @Test func `the end is announced once, and a worker that asks later is still answered`() {
        var fixture = BoardFixture(taskCount: 1)
        fixture.hello("a")
        fixture.reportAll("a", task: 0)
        #expect(fixture.end("a", fixture.key(0)).last == .end(.finished))
        #expect(fixture.end("a", fixture.key(0)) == [.send(.endStored(fixture.key(0)), to: "a")])
        #expect(fixture.hello("b") == [.send(BoardFixture.welcome, to: "b")])
    }

    @Test func `a repeated message changes nothing and is answered like the first`() {
        var fixture = BoardFixture(taskCount: 2)
        let key = fixture.key(0)
        fixture.hello("a")
        #expect(fixture.hello("a", running: [key]) == [.send(BoardFixture.welcome, to: "a")])
        fixture.report("a", key, fixture.record(0, 1))
        #expect(
            fixture.report("a", key, fixture.record(0, 1)) == [
                .compareRecord(key, fixture.record(0, 1)), .send(.recordStored(key, epoch: 1), to: "a"),
            ])
        #expect(fixture.heartbeat("a", running: [key, key], at: 1).isEmpty)
        fixture.report("a", key, fixture.record(0, 2))
        fixture.end("a", key)
        #expect(fixture.end("a", key) == [.send(.endStored(key), to: "a")])
        #expect(fixture.handle(.received(.goodbye, from: "a"), at: 2).isEmpty)
        #expect(fixture.handle(.received(.goodbye, from: "a"), at: 2).isEmpty)
        #expect(fixture.handle(.workerVanished("nobody"), at: 2).isEmpty)
        #expect(fixture.board.counts == TaskCounts(running: 1, done: 1))
    }

    @Test func `whatever is acknowledged was stored in the same turn or an earlier one`() {
        var fixture = BoardFixture(taskCount: 3)
        var stored: Set<String> = []
        var actions = fixture.hello("a", slots: 3)
        for task in 0..<3 {
            for epoch in [1, 1, 2] { actions += fixture.report("a", fixture.key(task), fixture.record(task, epoch)) }
        }
        for action in actions {
            switch action {
            case .store(.recordCommitted(let key, let record)):
                #expect(stored.insert("\(key.task) \(record.epoch)").inserted, "stored twice")
            case .send(.recordStored(let key, let epoch), to: _): #expect(stored.contains("\(key.task) \(epoch)"))
            case .store(.attemptStarted(let key, _, _)): stored.insert("\(key.task) started")
            case .send(.assignment(let key, _, _), to: _): #expect(stored.contains("\(key.task) started"))
            default: break
            }
        }
        #expect(stored.count == 9)
    }

    @Test func `a message from before the last one is taken at the later instant: time never runs back`() {
        var fixture = BoardFixture(taskCount: 1)
        fixture.hello("a", at: 30)
        fixture.heartbeat("a", running: [fixture.key(0)], at: 10)
        #expect(fixture.board.nextDeadline == .seconds(50))
    }
}
