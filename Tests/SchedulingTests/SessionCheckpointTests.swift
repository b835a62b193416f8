import Experiment
import Scheduling
import Simulation
import Testing

@Suite("Checkpoints at a worker: sent when they are due or the attempt ends early, fetched before it goes on")
struct SessionCheckpointTests {
    private static func content(_ fixture: SessionFixture, epoch: Int = 1) -> CheckpointContent {
        PretendTraining.checkpoint(of: fixture.tasks[0], epoch: epoch)
    }

    /// A session that trains task 0, whose coordinator wants checkpoints so often, in pieces of 16 bytes.
    private static func fixture(interval: Duration) -> SessionFixture {
        var policy = WorkerSession.Policy()
        policy.pieceBytes = 16
        var fixture = SessionFixture(isUp: false)
        fixture.session = WorkerSession(slots: 1, policy: policy, now: .seconds(0))
        _ = fixture.handle(.connected)
        fixture.order(.welcome(heartbeat: .seconds(2), checkpointInterval: interval))
        return fixture
    }

    private static func piece(_ fixture: SessionFixture, _ offset: Int, epoch: Int = 1) -> WorkerSession.Action {
        .sendCheckpointPiece(fixture.key(0), content(fixture, epoch: epoch).piece(at: offset, limit: 16))
    }

    private static func saved(_ fixture: inout SessionFixture, epoch: Int = 1, at seconds: Double = 0)
        -> [WorkerSession.Action]
    {
        fixture.handle(.trainerSaved(fixture.key(0), content(fixture, epoch: epoch)), at: seconds)
    }

    @Test("A checkpoint waits for its records, and then each of its pieces for the coordinator's wish")
    func pieceByPiece() {
        var fixture = Self.fixture(interval: .zero)
        fixture.assign(0)
        fixture.report(0, epoch: 1)
        #expect(Self.saved(&fixture).isEmpty, "its record is not acknowledged")
        #expect(fixture.stored(0, epoch: 1) == [Self.piece(fixture, 0)])
        let wish = { (offset: Int) in WorkerSession.Order.checkpointWanted(fixture.key(0), epoch: 1, offset: offset) }
        #expect(fixture.order(wish(16)) == [Self.piece(fixture, 16)])
        #expect(fixture.order(wish(16)).isEmpty, "a repeated wish is no second stream")
        #expect(fixture.order(wish(32)) == [Self.piece(fixture, 32)])
        #expect(fixture.order(wish(0)) == [Self.piece(fixture, 0)], "a restarted coordinator begins anew")
        #expect(fixture.order(wish(40)).isEmpty)
        #expect(fixture.order(.checkpointSettled(fixture.key(0), epoch: 1)).isEmpty)
        #expect(fixture.order(wish(16)).isEmpty)
    }

    @Test("Between two checkpoints the interval passes; the newest is the one that is sent")
    func interval() {
        var fixture = Self.fixture(interval: .seconds(60))
        fixture.assign(0)
        for epoch in 1...2 {
            fixture.report(0, epoch: epoch)
            fixture.stored(0, epoch: epoch)
            #expect(Self.saved(&fixture, epoch: epoch, at: Double(10 * epoch)).isEmpty)
        }
        #expect(fixture.handle(.timePassed, at: 60).contains(Self.piece(fixture, 0, epoch: 2)))
    }

    @Test("A piece that is not answered is sent again, also over the next connection")
    func resend() {
        var fixture = Self.fixture(interval: .zero)
        fixture.assign(0)
        #expect(Self.saved(&fixture, at: 1) == [Self.piece(fixture, 0)])
        #expect(!fixture.handle(.timePassed, at: 9).contains(Self.piece(fixture, 0)))
        #expect(fixture.handle(.timePassed, at: 11).contains(Self.piece(fixture, 0)))
        _ = fixture.handle(.disconnected, at: 12)
        _ = fixture.handle(.connected, at: 13)
        #expect(fixture.order(.welcome(heartbeat: .seconds(2)), at: 13).contains(Self.piece(fixture, 0)))
    }

    @Test("An attempt that ends early hands over its newest state before its end")
    func endsEarly() {
        var fixture = Self.fixture(interval: .seconds(1000))
        fixture.assign(0)
        #expect(Self.saved(&fixture).isEmpty)
        #expect(fixture.trainerEnds(0, .killed) == [Self.piece(fixture, 0)])
        let end = WorkerSession.Action.sendEnd(fixture.key(0), BoardFixture.end(.killed))
        #expect(fixture.order(.checkpointSettled(fixture.key(0), epoch: 1)) == [end])
    }

    @Test("A drain sends it at once, while the trainer is being stopped")
    func drain() {
        var fixture = Self.fixture(interval: .seconds(1000))
        fixture.assign(0)
        _ = Self.saved(&fixture)
        #expect(
            fixture.handle(.leaveRequested) == [
                .sendGoodbye, .stopTrainer(fixture.key(0), slot: 0), Self.piece(fixture, 0),
            ])
    }

    @Test(
        "A task that is complete, or diverges everywhere, needs none", arguments: [AttemptOutcome.completed, .diverged])
    func noUse(outcome: AttemptOutcome) {
        var fixture = Self.fixture(interval: .seconds(1000))
        fixture.assign(0)
        _ = Self.saved(&fixture)
        #expect(fixture.trainerEnds(0, outcome) == [.sendEnd(fixture.key(0), BoardFixture.end(outcome))])
    }

    @Test("An attempt that goes on fetches its checkpoint in pieces, holding its slot, and starts with all of it")
    func fetch() {
        var fixture = Self.fixture(interval: .zero)
        let (key, content) = (fixture.key(0), Self.content(fixture))
        let ask = { (offset: Int) in WorkerSession.Action.sendCheckpointRequest(key, epoch: 1, offset: offset) }
        #expect(fixture.order(.assignment(key, fixture.tasks[0], from: content.label)) == [ask(0)])
        #expect(fixture.assign(1).isEmpty, "the slot is taken")
        #expect(fixture.handle(.timePassed, at: 10).contains(ask(0)), "a request that was lost")
        let pieces = content.pieces(limit: 16)
        #expect(fixture.order(.checkpointPiece(key, pieces[0]), at: 10) == [ask(16)])
        #expect(fixture.order(.checkpointPiece(key, pieces[0]), at: 10).isEmpty, "a repeated piece")
        #expect(fixture.order(.checkpointPiece(key, pieces[1]), at: 10) == [ask(32)])
        #expect(
            fixture.order(.checkpointPiece(key, pieces[2]), at: 10) == [
                .startTrainer(key, fixture.tasks[0], slot: 0, from: content)
            ])
    }

    @Test("A checkpoint that was damaged, or is gone, costs time and nothing else")
    func withoutCheckpoint() {
        let start = { (fixture: SessionFixture) in fixture.starts(0, slot: 0) }
        var damaged = Self.fixture(interval: .zero)
        let (key, content) = (damaged.key(0), Self.content(damaged))
        damaged.order(.assignment(key, damaged.tasks[0], from: content.label))
        var bytes = content.bytes
        bytes[7] ^= 1
        let piece = CheckpointPiece(label: content.label, offset: 0, bytes: bytes)
        #expect(damaged.order(.checkpointPiece(key, piece)) == [start(damaged)])

        var gone = Self.fixture(interval: .zero)
        gone.order(.assignment(key, gone.tasks[0], from: content.label))
        #expect(gone.order(.resumePoint(key, nil)) == [start(gone)])

        var moved = Self.fixture(interval: .zero)
        moved.order(.assignment(key, moved.tasks[0], from: content.label))
        let newer = Self.content(moved, epoch: 2).label
        #expect(moved.order(.resumePoint(key, content.label)).isEmpty)
        #expect(moved.order(.resumePoint(key, newer)) == [.sendCheckpointRequest(key, epoch: 2, offset: 0)])
    }

    @Test("An attempt that is stopped while its checkpoint comes is over at once, and its slot is the next one's")
    func stopWhileFetching() {
        var fixture = Self.fixture(interval: .zero)
        fixture.order(.assignment(fixture.key(0), fixture.tasks[0], from: Self.content(fixture).label))
        fixture.assign(1)
        let end = WorkerSession.Action.sendEnd(fixture.key(0), SessionFixture.cancelled)
        #expect(fixture.order(.stop(fixture.key(0))) == [end, fixture.starts(1, slot: 0)])
    }
}
