import Experiment
import Messages
import Scheduling
import Simulation
import Testing

/// Hand-over: an attempt is given back at once, and its last state follows.
struct HandOverTests {
    /// Task 0 of five epochs, the first two of them stored, on worker a, which leaves; b has a free slot.
    private static func fixture() -> BoardFixture {
        var fixture = BoardFixture(taskCount: 1, epochs: 5)
        fixture.hello("a")
        for epoch in 1...2 { fixture.report("a", fixture.key(0), fixture.record(0, epoch)) }
        fixture.hello("b")
        fixture.handle(.received(.goodbye, from: "a"), at: 0).expectNothing()
        return fixture
    }

    private static func state(_ fixture: BoardFixture) -> CheckpointContent {
        PretendTraining.checkpoint(of: fixture.tasks[0], epoch: 2)
    }

    /// What a says when its trainer was stopped: the attempt is over, its state of epoch 2 follows.
    @discardableResult
    private static func giveBack(_ fixture: inout BoardFixture, at seconds: Double) -> [TaskBoard.Action] {
        let end = BoardFixture.end(.preempted)
        return fixture.handle(
            .received(.ended(fixture.key(0), end, state: state(fixture).label), from: "a"), at: seconds)
    }

    /// All pieces of it; the file is not saved yet.
    private static func sendState(_ fixture: inout BoardFixture, at seconds: Double) {
        for piece in state(fixture).pieces(limit: 16) {
            _ = fixture.handle(.received(.checkpointPiece(fixture.key(0), piece), from: "a"), at: seconds)
        }
    }

    private static func saved(_ fixture: inout BoardFixture, at seconds: Double) -> [TaskBoard.Action] {
        fixture.handle(.checkpointSaved(fixture.key(0), state(fixture).label), at: seconds)
    }

    private static func assigned(_ fixture: BoardFixture, from label: CheckpointLabel?) -> TaskBoard.Action {
        .send(.assignment(fixture.key(0, 2), fixture.tasks[0], from: label), to: "b")
    }

    @Test func `on a quick link the next attempt goes on from the state, once it is stored`() {
        var fixture = Self.fixture()
        #expect(
            Self.giveBack(&fixture, at: 1) == [
                .store(.attemptEnded(fixture.key(0), BoardFixture.end(.preempted))),
                .send(.endStored(fixture.key(0)), to: "a"),
            ], "the attempt is over, and its task waits for a moment")
        #expect(fixture.board.announcedStates == (1, 40))
        Self.sendState(&fixture, at: 1.5)
        #expect(fixture.board.announcedStates == (1, 0))
        #expect(Self.saved(&fixture, at: 1.6).last == Self.assigned(fixture, from: Self.state(fixture).label))
        #expect(fixture.board.announcedStates == (0, 0))
        #expect(fixture.heartbeat("a", at: 2) == [.send(.whoAreYou, to: "a")], "it owes nothing and is gone")
    }

    @Test
    func `on a slow link the next attempt starts from what is stored, and the state is stored for the one after it`() {
        var fixture = Self.fixture()
        Self.giveBack(&fixture, at: 1)
        #expect(fixture.board.nextDeadline == .seconds(3))
        #expect(fixture.handle(.timePassed, at: 2.9).isEmpty)
        #expect(fixture.handle(.timePassed, at: 3).last == Self.assigned(fixture, from: nil))
        Self.sendState(&fixture, at: 9)
        #expect(
            Self.saved(&fixture, at: 9) == [
                .store(.checkpointKept(fixture.key(0), Self.state(fixture).label)),
                .send(.checkpointSettled(fixture.key(0), epoch: 2), to: "a"),
            ])
        fixture.handle(.workerVanished("b"), at: 10).expectLost("b")
        let next = fixture.hello("c", at: 11)
        #expect(
            next.last
                == .send(.assignment(fixture.key(0, 3), fixture.tasks[0], from: Self.state(fixture).label), to: "c"))
    }

    @Test func `a task whose announced state turns out to be of no use waits no longer`() {
        var notSaved = Self.fixture()
        Self.giveBack(&notSaved, at: 1)
        Self.sendState(&notSaved, at: 1)
        let failure = TaskBoard.Event.checkpointNotSaved(notSaved.key(0), Self.state(notSaved).label)
        #expect(notSaved.handle(failure, at: 1).last == Self.assigned(notSaved, from: nil))

        var unknown = Self.fixture()
        let future = PretendTraining.checkpoint(of: unknown.tasks[0], epoch: 4).label
        let end = TaskBoard.Event.received(
            .ended(unknown.key(0), BoardFixture.end(.preempted), state: future), from: "a")
        #expect(unknown.handle(end, at: 1).last == Self.assigned(unknown, from: nil), "its records are not stored")

        var lost = Self.fixture()
        Self.giveBack(&lost, at: 1)
        #expect(lost.handle(.workerVanished("a"), at: 1).contains(Self.assigned(lost, from: nil)))
    }

    @Test func `a sweep that stops ends when the announced states are stored`() {
        var fixture = Self.fixture()
        fixture.handle(.stopRequested, at: 1).expectNothing(but: 1)
        Self.giveBack(&fixture, at: 2)
        Self.sendState(&fixture, at: 6)
        #expect(fixture.handle(.timePassed, at: 6).isEmpty, "pieces moved within the patience")
        #expect(
            Self.saved(&fixture, at: 7) == [
                .store(.checkpointKept(fixture.key(0), Self.state(fixture).label)),
                .send(.checkpointSettled(fixture.key(0), epoch: 2), to: "a"), .end(.stopped),
            ])
    }

    @Test func `a sweep that stops waits for no state that does not move, and for none when it is told twice`() {
        var fixture = Self.fixture()
        fixture.handle(.stopRequested, at: 1).expectNothing(but: 1)
        Self.giveBack(&fixture, at: 2)
        var insisting = fixture
        #expect(fixture.handle(.timePassed, at: 6.9).isEmpty)
        #expect(fixture.handle(.timePassed, at: 7) == [.end(.stopped)])
        #expect(insisting.handle(.stopInsisted, at: 3) == [.end(.stopped)])
    }

    @Test func `a worker that announces a state and sends nothing is forgotten after a while, though it is alive`() {
        var fixture = Self.fixture()
        Self.giveBack(&fixture, at: 1)
        for second in 2...20 {
            _ = fixture.heartbeat("a", at: Double(second))
            _ = fixture.heartbeat("b", running: [fixture.key(0, 2)], at: Double(second))
        }
        #expect(fixture.board.announcedStates.count == 1)
        _ = fixture.handle(.timePassed, at: 21)
        #expect(fixture.board.announcedStates.count == 0)
        #expect(fixture.heartbeat("a", at: 22) == [.send(.whoAreYou, to: "a")])
    }
}
