import Experiment
import Messages
import Scheduling
import Testing

/// A worker's conversation with coordinators that come and go.
struct SessionLinkTests {
    @Test func `hello is said at each connection, and again until it is answered`() {
        var fixture = SessionFixture(isUp: false)
        #expect(fixture.session.nextDeadline == nil)
        #expect(fixture.handle(.timePassed, at: 1).isEmpty)
        #expect(fixture.handle(.connected, at: 2) == [.send(fixture.hello(running: []))])
        #expect(fixture.session.nextDeadline == .seconds(5))
        #expect(fixture.handle(.timePassed, at: 4.9).isEmpty)
        #expect(fixture.handle(.timePassed, at: 5) == [.send(fixture.hello(running: []))])
        #expect(fixture.order(.welcome(heartbeat: .seconds(1)), at: 6).isEmpty)
        #expect(fixture.session.nextDeadline == .seconds(7))
    }

    @Test func `heartbeats come at the interval that the coordinator asked for, and list what is held`() {
        var fixture = SessionFixture()
        fixture.assign(1)
        fixture.assign(0)
        #expect(fixture.handle(.timePassed, at: 1.9).isEmpty)
        #expect(fixture.handle(.timePassed, at: 2) == [.send(.heartbeat(running: [fixture.key(1), fixture.key(0)]))])
        #expect(fixture.session.nextDeadline == .seconds(4))
        fixture.order(.welcome(heartbeat: .milliseconds(500)), at: 4)
        #expect(fixture.session.nextDeadline == .seconds(4.5))
    }

    @Test func `a coordinator that does not know the worker hears hello once, however often it asks`() {
        var fixture = SessionFixture()
        fixture.assign(0)
        #expect(fixture.order(.whoAreYou, at: 1) == [.send(fixture.hello(running: [fixture.key(0)]))])
        #expect(fixture.order(.whoAreYou, at: 1.1).isEmpty)
        #expect(fixture.handle(.timePassed, at: 4) == [.send(fixture.hello(running: [fixture.key(0)]))])
    }

    @Test func `a key that the coordinator will have next is to be kept, unless the connection is gone`() {
        var fixture = SessionFixture()
        let message = CoordinatorMessage.nextKey("k", presentEndsIn: .seconds(60))
        #expect(fixture.order(message, at: 1) == [.keepKey("k", presentEndsIn: .seconds(60))])
        _ = fixture.handle(.disconnected, at: 2)
        #expect(fixture.order(message, at: 2).isEmpty)
    }

    @Test func `a coordinator that names ever more keys has eight of them kept, and then one a second`() {
        var fixture = SessionFixture()
        func keptCount(at seconds: Double) -> Int {
            (0..<100).reduce(0) { $0 + fixture.order(.nextKey("\($1)", presentEndsIn: .zero), at: seconds).count }
        }
        #expect(keptCount(at: 1) == 8)
        #expect(keptCount(at: 4.5) == 3)
        #expect(keptCount(at: 4.9) == 0)
    }

    @Test func `a second welcome, of a hello that was repeated, sends nothing twice`() {
        var fixture = SessionFixture()
        fixture.assign(0)
        #expect(fixture.report(0, epoch: 1).count == 1)
        #expect(fixture.order(.welcome(heartbeat: .seconds(2)), at: 1).isEmpty)
    }

    @Test func `a late message of a connection that is gone does not bring it back`() {
        var fixture = SessionFixture()
        #expect(fixture.handle(.disconnected, at: 1).isEmpty)
        #expect(fixture.order(.welcome(heartbeat: .seconds(2)), at: 1).isEmpty)
        #expect(fixture.order(.whoAreYou, at: 1).isEmpty)
        #expect(fixture.handle(.timePassed, at: 9).isEmpty)
        #expect(fixture.handle(.connected, at: 10) == [.send(fixture.hello(running: []))])
    }

    @Test func `records made while the link is down are kept, and sent in order after the welcome, attempt by attempt`()
    {
        var fixture = SessionFixture(slots: 2)
        fixture.assign(0)
        fixture.assign(1)
        #expect(fixture.report(0, epoch: 1) == [fixture.sends(0, epoch: 1)])
        fixture.report(1, epoch: 1)
        fixture.stored(1, epoch: 1)
        #expect(fixture.handle(.disconnected, at: 1).isEmpty)
        #expect(fixture.report(1, epoch: 2, at: 1).isEmpty)
        #expect(fixture.report(0, epoch: 2, at: 1).isEmpty)
        let running = [fixture.key(0), fixture.key(1)]
        #expect(fixture.handle(.connected, at: 2) == [.send(fixture.hello(running: running))])
        #expect(fixture.report(1, epoch: 3, at: 2).isEmpty, "nothing is sent before the welcome")
        #expect(
            fixture.order(.welcome(heartbeat: .seconds(2)), at: 3) == [
                fixture.sends(0, epoch: 1), fixture.sends(0, epoch: 2), fixture.sends(1, epoch: 2),
                fixture.sends(1, epoch: 3),
            ])
    }

    @Test func `a record is sent again when a later heartbeat was answered and it was not, and never for its age`() {
        var fixture = SessionFixture()
        fixture.assign(0)
        let heartbeat = { (number: Int) in
            WorkerAction.send(.heartbeat(running: [fixture.key(0)], number: number))
        }
        fixture.report(0, epoch: 1, at: 0)
        fixture.report(0, epoch: 2, at: 6)
        fixture.stored(0, epoch: 2, at: 6)
        #expect(fixture.handle(.timePassed, at: 1000) == [heartbeat(1)])
        fixture.report(0, epoch: 3, at: 1001)
        #expect(fixture.order(.heartbeatHeard(number: 1), at: 1002) == [fixture.sends(0, epoch: 1)])
        #expect(fixture.handle(.timePassed, at: 1003) == [heartbeat(2)])
        fixture.stored(0, epoch: 1, at: 1004)
        #expect(fixture.order(.heartbeatHeard(number: 1), at: 1004).isEmpty, "a late answer means nothing")
        #expect(fixture.order(.heartbeatHeard(number: 2), at: 1004) == [fixture.sends(0, epoch: 3)])
    }

    @Test func `the end is sent only after all records are acknowledged, and again until it is`() {
        var fixture = SessionFixture()
        fixture.assign(0)
        for epoch in 1...3 { fixture.report(0, epoch: epoch) }
        #expect(fixture.trainerEnds(0).isEmpty)
        #expect(fixture.stored(0, epoch: 1).isEmpty)
        #expect(fixture.stored(0, epoch: 3).isEmpty)
        #expect(fixture.order(.endStored(fixture.key(0))).isEmpty, "an answer to what was not said")
        let end = WorkerAction.send(.ended(fixture.key(0), BoardFixture.end(.completed)))
        #expect(fixture.stored(0, epoch: 2, at: 1) == [end])
        #expect(fixture.stored(0, epoch: 2, at: 1).isEmpty)
        let heartbeat = WorkerAction.send(.heartbeat(running: [fixture.key(0)], number: 1))
        #expect(fixture.handle(.timePassed, at: 13) == [heartbeat])
        #expect(fixture.order(.heartbeatHeard(number: 1), at: 13) == [end])
        #expect(fixture.order(.endStored(fixture.key(0)), at: 14).isEmpty)
        #expect(fixture.handle(.timePassed, at: 30) == [.send(.heartbeat(running: []))])
    }

    @Test func `an attempt that ended while the link was down is told after the next welcome`() {
        var fixture = SessionFixture()
        fixture.assign(0)
        #expect(fixture.handle(.disconnected, at: 1).isEmpty)
        #expect(fixture.trainerEnds(0, .error, at: 1).isEmpty)
        #expect(fixture.handle(.connected, at: 2) == [.send(fixture.hello(running: [fixture.key(0)]))])
        let end = WorkerAction.send(.ended(fixture.key(0), BoardFixture.end(.error)))
        #expect(fixture.order(.welcome(heartbeat: .seconds(2)), at: 3) == [end])
    }

    @Test func `a coordinator's farewell stops the trainers; what is unacknowledged waits for the next coordinator`() {
        var fixture = SessionFixture(slots: 2)
        fixture.assign(0)
        fixture.assign(1)
        fixture.report(0, epoch: 1)
        #expect(
            fixture.order(.farewell, at: 1) == [
                .stopTrainer(fixture.key(0)), .stopTrainer(fixture.key(1)),
            ])
        #expect(fixture.order(.farewell, at: 1).isEmpty)
        #expect(fixture.handle(.disconnected, at: 1).isEmpty)
        #expect(fixture.trainerEnds(0, .killed, at: 2).isEmpty)
        #expect(fixture.trainerEnds(1, .killed, at: 2).isEmpty)
        #expect(
            fixture.handle(.connected, at: 60) == [.send(fixture.hello(running: [fixture.key(0), fixture.key(1)]))])
        let end = WorkerAction.send(
            .ended(fixture.key(1), SessionFixture.after3Seconds(SessionFixture.cancelled)))
        #expect(fixture.order(.welcome(heartbeat: .seconds(2)), at: 60) == [fixture.sends(0, epoch: 1), end])
    }

    @Test
    func `a worker whose coordinator is gone trains on, ends when no other comes in time, and lives on when one does`()
    {
        var fixture = SessionFixture()
        fixture.assign(0)
        #expect(fixture.handle(.disconnected, at: 9).isEmpty)
        #expect(fixture.session.nextDeadline == nil, "a link that is cut is no death")
        #expect(fixture.handle(.starterEnded, at: 10).isEmpty)
        #expect(fixture.session.nextDeadline == .seconds(70))
        var adopted = fixture
        #expect(fixture.report(0, epoch: 1, at: 11).isEmpty)
        #expect(fixture.handle(.timePassed, at: 69.9).isEmpty)
        #expect(fixture.handle(.timePassed, at: 70) == [.finish(.abandoned)])

        #expect(adopted.handle(.connected, at: 69) == [.send(adopted.hello(running: [adopted.key(0)]))])
        #expect(
            adopted.handle(.timePassed, at: 75) == [.send(adopted.hello(running: [adopted.key(0)]))],
            "it is there, if slow")
        adopted.order(.welcome(heartbeat: .seconds(2)), at: 76)
        #expect(adopted.handle(.timePassed, at: 500) == [.send(.heartbeat(running: [adopted.key(0)]))])
        var dismissed = adopted
        #expect(dismissed.order(.farewell, at: 500) == [.stopTrainer(dismissed.key(0)), .send(.goodbye)])
        #expect(dismissed.trainerEnds(0, .killed, at: 501).count == 1)
        #expect(
            dismissed.order(.endStored(dismissed.key(0)), at: 502) == [.finish(.left)], "and waits for no other one")
        // The next one's end is seen by its connection.
        #expect(adopted.handle(.disconnected, at: 600).isEmpty)
        #expect(adopted.session.nextDeadline == .seconds(660))
        #expect(adopted.handle(.timePassed, at: 660) == [.finish(.abandoned)])
    }

    @Test
    func `a worker that shall not linger ends as soon as its coordinator's end is known, in whatever order it is told`()
    {
        var policy = WorkerSession.Policy()
        policy.linger = .zero
        for order: [WorkerSession.Event] in [[.starterEnded, .disconnected], [.disconnected, .starterEnded]] {
            var session = WorkerSession(slots: 1, facts: BoardFixture.facts, policy: policy, now: .seconds(0))
            _ = session.handle(.connected, at: .seconds(0))
            _ = session.handle(.received(.welcome(heartbeat: .seconds(2))), at: .seconds(0))
            for event in order { #expect(session.handle(event, at: .seconds(1)).isEmpty) }
            #expect(session.handle(.timePassed, at: .seconds(1)) == [.finish(.abandoned)])
        }
    }

    @Test func `a worker whose name is another key's takes the one that it is given, and says hello again`() {
        var fixture = SessionFixture(isUp: false)
        let greeting = fixture.hello(running: [])
        #expect(fixture.handle(.connected, at: 1) == [.send(greeting)])
        #expect(fixture.order(.nameTaken(useInstead: "b"), at: 1) == [.rename("b"), .send(greeting)])
        #expect(fixture.order(.welcome(heartbeat: .seconds(2)), at: 2).isEmpty)
    }

    @Test func `a refusal stops everything and ends the worker with its reason`() {
        var fixture = SessionFixture(isUp: false)
        #expect(fixture.handle(.connected) == [.send(fixture.hello(running: []))])
        #expect(fixture.order(.refusal(reason: "too old")) == [.finish(.refused(reason: "too old"))])
        var busy = SessionFixture()
        busy.assign(0)
        let actions = busy.order(.refusal(reason: "revoked"))
        #expect(actions == [.stopTrainer(busy.key(0)), .finish(.refused(reason: "revoked"))])
    }
}
