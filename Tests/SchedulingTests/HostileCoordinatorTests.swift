import Experiment
import Messages
import Scheduling
import Testing

/// What a worker takes of a coordinator that is not what it should be.
struct HostileCoordinatorTests {
    @Test func `a worker takes a few assignments for each slot, and forgets the rest`() {
        var fixture = SessionFixture(slots: 2)
        for attempt in 1...100_000 {
            _ = fixture.session.handle(
                .received(.assignment(fixture.key(0, attempt), fixture.tasks[0])), at: .seconds(0))
        }
        fixture.session.checkInvariants()
        #expect(fixture.session.debt.attemptCount == 4 * 2 + 16)
        guard case .send(.heartbeat(let running, _))? = fixture.handle(.timePassed, at: 2).first else {
            Issue.record("no heartbeat")
            return
        }
        #expect(running == (1...24).map { fixture.key(0, $0) })
    }

    @Test func `a worker has room for what an honest coordinator gives while every end waits for its answer`() {
        var fixture = SessionFixture(slots: 2)
        for attempt in 1...8 {
            fixture.assign(0, attempt)
            _ = fixture.handle(.trainerEnded(fixture.key(0, attempt), BoardFixture.end(.error)))
        }
        #expect(fixture.assign(1) == [fixture.starts(1, slot: 0)])
    }

    @Test func `bytes of a checkpoint that was not asked for are not kept`() {
        var fixture = SessionFixture(slots: 2)
        let contents = [Array(repeating: UInt8(1), count: 40), Array(repeating: UInt8(2), count: 40)]
            .map { CheckpointContent(epoch: 1, bytes: $0) }
        for task in 0..<2 {
            fixture.order(.assignment(fixture.key(task), fixture.tasks[task], from: contents[task].label))
        }
        let whole = { (task: Int) in
            CheckpointPiece(label: contents[task].label, offset: 0, bytes: contents[task].bytes)
        }
        #expect(fixture.order(.checkpointPiece(fixture.key(1), whole(1))).isEmpty, "the first one is asked for")
        let actions = fixture.order(.checkpointPiece(fixture.key(0), whole(0)))
        guard case .startTrainer(let start)? = actions.first, case .send(.checkpointRequest(_, 1, 0, _))? = actions.last
        else {
            Issue.record("\(actions)")
            return
        }
        #expect(start.key == fixture.key(0) && actions.count == 2)
        let second = fixture.order(.checkpointPiece(fixture.key(1), whole(1)))
        guard case .startTrainer(let start)? = second.first else {
            Issue.record("\(second)")
            return
        }
        #expect(start.checkpoint == contents[1])
    }
}
