import Experiment
import Messages
import Scheduling
import Testing

/// A worker's trainers: one a slot, started in order, stopped when told.
struct SessionTrainerTests {
    @Test func `an assignment beyond the slots waits for the first slot that is free`() {
        var fixture = SessionFixture(slots: 2)
        #expect(fixture.assign(0) == [fixture.starts(0, slot: 0)])
        #expect(fixture.assign(1) == [fixture.starts(1, slot: 1)])
        #expect(fixture.assign(2).isEmpty)
        #expect(fixture.assign(3).isEmpty)
        #expect(fixture.session.isTraining)
        let end = WorkerAction.send(.ended(fixture.key(1), BoardFixture.end(.error)))
        #expect(fixture.trainerEnds(1, .error) == [end, fixture.starts(2, slot: 1)])
        #expect(fixture.trainerEnds(0, .error).last == fixture.starts(3, slot: 0))
    }

    @Test func `a repeated assignment changes nothing, at any stage`() {
        var fixture = SessionFixture()
        fixture.assign(0)
        #expect(fixture.assign(0).isEmpty)
        fixture.trainerEnds(0, .error)
        #expect(fixture.assign(0).isEmpty)
        fixture.order(.endStored(fixture.key(0)))
        #expect(
            fixture.assign(0, 2) == [
                .startTrainer(TrainerStart(key: fixture.key(0, 2), task: fixture.tasks[0], slot: 0))
            ])
    }

    @Test func `a stop of an attempt that waits ends it unstarted`() {
        var fixture = SessionFixture()
        fixture.assign(0)
        fixture.assign(1)
        let end = WorkerAction.send(.ended(fixture.key(1), SessionFixture.cancelled))
        #expect(fixture.order(.stop(fixture.key(1))) == [end])
        #expect(fixture.order(.stop(fixture.key(1))).isEmpty)
        #expect(fixture.order(.endStored(fixture.key(1))).isEmpty)
        #expect(fixture.trainerEnds(0) == [.send(.ended(fixture.key(0), BoardFixture.end(.completed)))])
    }

    @Test func `a stop of an attempt that trains ends it as cancelled, and its last records still count`() {
        var fixture = SessionFixture()
        fixture.assign(0)
        #expect(fixture.order(.stop(fixture.key(0))) == [.stopTrainer(fixture.key(0))])
        #expect(fixture.order(.stop(fixture.key(0))).isEmpty)
        #expect(fixture.assign(1).isEmpty, "the slot is free when the trainer is gone")
        #expect(fixture.report(0, epoch: 1) == [fixture.sends(0, epoch: 1)])
        #expect(fixture.trainerEnds(0, .killed) == [fixture.starts(1, slot: 0)])
        let end = WorkerAction.send(
            .ended(fixture.key(0), SessionFixture.after3Seconds(SessionFixture.cancelled)))
        #expect(fixture.stored(0, epoch: 1) == [end])
    }

    @Test func `a trainer that completes while it is stopped has completed`() {
        var fixture = SessionFixture()
        fixture.assign(0)
        fixture.order(.stop(fixture.key(0)))
        #expect(fixture.trainerEnds(0, .completed) == [.send(.ended(fixture.key(0), BoardFixture.end(.completed)))])
    }

    @Test func `a stop of an attempt that is over, or that nobody knows, changes nothing`() {
        var fixture = SessionFixture()
        fixture.assign(0)
        fixture.report(0, epoch: 1)
        fixture.trainerEnds(0)
        #expect(fixture.order(.stop(fixture.key(0))).isEmpty)
        #expect(fixture.order(.stop(fixture.key(5))).isEmpty)
        #expect(fixture.stored(0, epoch: 1) == [.send(.ended(fixture.key(0), BoardFixture.end(.completed)))])
    }

    @Test func `what a trainer of a forgotten attempt says is dropped`() {
        var fixture = SessionFixture()
        #expect(fixture.report(0, epoch: 1).isEmpty)
        #expect(fixture.trainerEnds(0).isEmpty)
        #expect(fixture.stored(0, epoch: 1).isEmpty)
        #expect(!fixture.session.isTraining)
    }

    @Test func `an idle worker that is asked to leave says goodbye and is finished`() {
        var fixture = SessionFixture()
        #expect(fixture.handle(.leaveRequested) == [.send(.goodbye), .finish(.left)])
        #expect(fixture.handle(.leaveRequested).isEmpty)
        var unconnected = SessionFixture(isUp: false)
        #expect(unconnected.handle(.leaveRequested) == [.finish(.left)])
    }

    @Test func `a worker that leaves gives everything back, and is finished when the last end is stored`() {
        var fixture = SessionFixture()
        fixture.assign(0)
        fixture.assign(1)
        let waiting = WorkerAction.send(.ended(fixture.key(1), SessionFixture.preempted))
        #expect(
            fixture.handle(.leaveRequested) == [.send(.goodbye), .stopTrainer(fixture.key(0)), waiting])
        #expect(fixture.handle(.leaveRequested).isEmpty)
        fixture.report(0, epoch: 1)
        #expect(fixture.trainerEnds(0, .killed).isEmpty)
        #expect(fixture.order(.endStored(fixture.key(1))).isEmpty)
        let end = WorkerAction.send(
            .ended(fixture.key(0), SessionFixture.after3Seconds(SessionFixture.preempted)))
        #expect(fixture.stored(0, epoch: 1) == [end])
        #expect(fixture.order(.endStored(fixture.key(0))) == [.finish(.left)])
        #expect(fixture.order(.endStored(fixture.key(0))).isEmpty)
    }

    @Test
    func `a worker that leaves gives an assignment back unstarted, and says goodbye to the next coordinator, too`() {
        var fixture = SessionFixture()
        fixture.assign(0)
        #expect(fixture.handle(.leaveRequested).count == 2)
        #expect(fixture.assign(1) == [.send(.goodbye), .send(.ended(fixture.key(1), SessionFixture.preempted))])
        #expect(fixture.handle(.disconnected, at: 1).isEmpty)
        #expect(fixture.handle(.connected, at: 2) == [.send(fixture.hello(running: [fixture.key(0), fixture.key(1)]))])
        #expect(
            fixture.order(.welcome(heartbeat: .seconds(2)), at: 2) == [
                .send(.goodbye), .send(.ended(fixture.key(1), SessionFixture.preempted)),
            ])
    }
}
