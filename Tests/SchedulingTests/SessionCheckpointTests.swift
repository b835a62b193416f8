import Experiment
import Messages
import Scheduling
import Simulation
import Testing

/// Checkpoints at a worker: sent when they are due or the attempt ends early, fetched before it goes on.
struct SessionCheckpointTests {
    private static func content(_ fixture: SessionFixture, task: Int = 0, epoch: Int = 1) -> CheckpointContent {
        PretendTraining.checkpoint(of: fixture.tasks[task], epoch: epoch)
    }

    /// A session that trains task 0, whose coordinator wants checkpoints so often, in pieces of 16 bytes.
    private static func fixture(interval: Duration, slots: Int = 1) -> SessionFixture {
        var policy = WorkerSession.Policy()
        policy.pieceBytes = 16
        var fixture = SessionFixture(isUp: false)
        fixture.session = WorkerSession(slots: slots, facts: BoardFixture.facts, policy: policy, now: .seconds(0))
        _ = fixture.handle(.connected)
        fixture.order(.welcome(heartbeat: .seconds(2), checkpointInterval: interval))
        return fixture
    }

    private static func piece(
        _ fixture: SessionFixture, task: Int = 0, _ offset: Int, epoch: Int = 1, limit: Int = 16
    ) -> WorkerAction {
        let content = content(fixture, task: task, epoch: epoch)
        return .send(.checkpointPiece(fixture.key(task), content.piece(at: offset, limit: limit)))
    }

    @discardableResult
    private static func saved(
        _ fixture: inout SessionFixture, task: Int = 0, epoch: Int = 1, at seconds: Double = 0
    ) -> [WorkerAction] {
        fixture.handle(.trainerSaved(fixture.key(task), content(fixture, task: task, epoch: epoch)), at: seconds)
    }

    private static func settled(_ fixture: SessionFixture, task: Int = 0, epoch: Int = 1) -> CoordinatorMessage {
        .checkpointSettled(fixture.key(task), epoch: epoch)
    }

    @Test func `a checkpoint waits for its records, and then each of its pieces for the coordinator's wish`() {
        var fixture = Self.fixture(interval: .zero)
        fixture.assign(0)
        fixture.report(0, epoch: 1)
        #expect(Self.saved(&fixture).isEmpty, "its record is not acknowledged")
        #expect(fixture.stored(0, epoch: 1) == [Self.piece(fixture, 0)])
        let wish = { (offset: Int) in CoordinatorMessage.checkpointWanted(fixture.key(0), epoch: 1, offset: offset) }
        #expect(fixture.order(wish(16)) == [Self.piece(fixture, 16)])
        #expect(fixture.order(wish(16)).isEmpty, "a repeated wish is no second stream")
        #expect(fixture.order(wish(32)) == [Self.piece(fixture, 32)])
        #expect(fixture.order(wish(0)) == [Self.piece(fixture, 0)], "a restarted coordinator begins anew")
        #expect(fixture.order(wish(40)).isEmpty, "the coordinator has all of it and stores it")
        #expect(fixture.order(wish(41)).isEmpty)
        #expect(fixture.order(Self.settled(fixture)).isEmpty)
        #expect(fixture.order(wish(16)).isEmpty)
    }

    @Test func `between two checkpoints the interval passes; the newest is the one that is sent`() {
        var fixture = Self.fixture(interval: .seconds(60))
        fixture.assign(0)
        for epoch in 1...2 {
            fixture.report(0, epoch: epoch)
            fixture.stored(0, epoch: epoch)
            #expect(Self.saved(&fixture, epoch: epoch, at: Double(10 * epoch)).isEmpty)
        }
        #expect(fixture.handle(.timePassed, at: 60).contains(Self.piece(fixture, 0, epoch: 2)))
    }

    @Test func `one piece is in flight whatever the number of slots, and states follow one another`() {
        var fixture = Self.fixture(interval: .zero, slots: 3)
        for task in 0..<3 { fixture.assign(task) }
        #expect(Self.saved(&fixture, task: 1, at: 1) == [Self.piece(fixture, task: 1, 0)])
        #expect(Self.saved(&fixture, task: 0, at: 2).isEmpty)
        #expect(Self.saved(&fixture, task: 2, at: 3).isEmpty)
        #expect(fixture.report(0, epoch: 2, at: 3) == [fixture.sends(0, epoch: 2)], "records do not wait for it")
        fixture.stored(0, epoch: 2, at: 3)
        let first = fixture.key(0) < fixture.key(2) ? 0 : 2
        let next = fixture.order(Self.settled(fixture, task: 1), at: 4)
        #expect(next == [Self.piece(fixture, task: first, 0)], "of two that are due equally long, one by its key")
        #expect(fixture.order(Self.settled(fixture, task: first), at: 5) == [Self.piece(fixture, task: 2 - first, 0)])
    }

    @Test
    func `while its connection lives a piece is sent again only when a later heartbeat was answered, and it was not`() {
        var fixture = Self.fixture(interval: .zero)
        fixture.assign(0)
        #expect(Self.saved(&fixture, at: 1) == [Self.piece(fixture, 0)])
        let heartbeat = { (number: Int?) in
            WorkerAction.send(.heartbeat(running: [fixture.key(0)], number: number))
        }
        for second in 1...50 {
            let actions = fixture.handle(.timePassed, at: Double(2 * second))
            #expect(actions == [heartbeat(second)], "however long it takes")
        }
        #expect(fixture.order(.heartbeatHeard(number: 3), at: 101) == [Self.piece(fixture, 0)])
        #expect(fixture.order(.heartbeatHeard(number: 50), at: 102).isEmpty, "sent again after that heartbeat")
        #expect(fixture.handle(.timePassed, at: 104) == [heartbeat(51)])
        #expect(fixture.order(.heartbeatHeard(number: 51), at: 105) == [Self.piece(fixture, 0)])
        fixture.order(Self.settled(fixture), at: 106)
        #expect(fixture.handle(.timePassed, at: 108) == [heartbeat(nil)], "nothing is waited for")
        #expect(fixture.handle(.disconnected, at: 109).isEmpty)
    }

    @Test func `over the next connection the piece in flight is sent again`() {
        var fixture = Self.fixture(interval: .zero)
        fixture.assign(0)
        Self.saved(&fixture, at: 1)
        fixture.order(.checkpointWanted(fixture.key(0), epoch: 1, offset: 16), at: 2)
        _ = fixture.handle(.disconnected, at: 12)
        _ = fixture.handle(.connected, at: 13)
        #expect(fixture.order(.welcome(heartbeat: .seconds(2)), at: 13) == [Self.piece(fixture, 16)])
    }

    @Test func `what became of a checkpoint that the coordinator has as a whole is asked with its last byte`() {
        var fixture = Self.fixture(interval: .zero)
        fixture.assign(0)
        Self.saved(&fixture, at: 1)
        for offset in [16, 32, 40] { fixture.order(.checkpointWanted(fixture.key(0), epoch: 1, offset: offset), at: 2) }
        #expect(fixture.handle(.timePassed, at: 4).count == 1)
        #expect(fixture.order(.heartbeatHeard(number: 1), at: 5) == [Self.piece(fixture, 39, limit: 1)])
        #expect(fixture.order(.checkpointWanted(fixture.key(0), epoch: 1, offset: 40), at: 5).isEmpty)
        let anew = fixture.order(.checkpointWanted(fixture.key(0), epoch: 1, offset: 0), at: 6)
        #expect(anew == [Self.piece(fixture, 0)])
    }

    @Test func `an attempt that ends early is given back at once, with word of its newest state, which follows`() {
        var fixture = Self.fixture(interval: .seconds(1000))
        fixture.assign(0)
        #expect(Self.saved(&fixture).isEmpty)
        let label = Self.content(fixture).label
        let end = WorkerAction.send(.ended(fixture.key(0), BoardFixture.end(.killed), state: label))
        #expect(fixture.trainerEnds(0, .killed) == [end])
        #expect(fixture.order(.endStored(fixture.key(0))) == [Self.piece(fixture, 0)])
        #expect(fixture.order(Self.settled(fixture), at: 2).isEmpty)
        #expect(fixture.handle(.timePassed, at: 4) == [.send(.heartbeat(running: []))])
    }

    @Test
    func `a leaving worker gives all attempts back, then hands their states over, the newest first, and is finished`() {
        var fixture = Self.fixture(interval: .seconds(1000), slots: 3)
        for task in 0..<3 { fixture.assign(task) }
        for (task, second) in [(1, 1.0), (2, 2), (0, 3)] { Self.saved(&fixture, task: task, at: second) }
        let stops = (0..<3).map { WorkerAction.stopTrainer(fixture.key($0)) }
        #expect(fixture.handle(.leaveRequested, at: 4) == [.send(.goodbye)] + stops)
        for task in 0..<3 {
            let label = Self.content(fixture, task: task).label
            let end = SessionFixture.after3Seconds(SessionFixture.preempted)
            #expect(fixture.trainerEnds(task, .killed, at: 4) == [.send(.ended(fixture.key(task), end, state: label))])
        }
        #expect(fixture.session.debt == .init(attemptCount: 3, checkpointCount: 3, byteCount: 120))
        #expect(fixture.order(.endStored(fixture.key(0)), at: 5) == [Self.piece(fixture, 0)])
        for task in 1..<3 { fixture.order(.endStored(fixture.key(task)), at: 5) }
        #expect(fixture.session.debt == .init(attemptCount: 0, checkpointCount: 3, byteCount: 120))
        // The state of the first attempt that ended is under way by now; the others follow in order.
        let second = fixture.order(.checkpointWanted(fixture.key(0), epoch: 1, offset: 16), at: 6)
        #expect(second == [Self.piece(fixture, 16)])
        #expect(fixture.session.debt.byteCount == 104)
        #expect(fixture.order(Self.settled(fixture), at: 6) == [Self.piece(fixture, task: 2, 0)])
        #expect(fixture.order(Self.settled(fixture, task: 2), at: 7) == [Self.piece(fixture, task: 1, 0)])
        #expect(fixture.order(Self.settled(fixture, task: 1), at: 8) == [.finish(.left)])
    }

    @Test func `a leaving worker waits while pieces move, not long when they do not, and not at all when told twice`() {
        var fixture = Self.fixture(interval: .seconds(1000))
        fixture.assign(0)
        Self.saved(&fixture)
        _ = fixture.handle(.leaveRequested, at: 0)
        fixture.trainerEnds(0, .killed, at: 0)
        fixture.order(.endStored(fixture.key(0)), at: 0)
        #expect(fixture.order(.checkpointWanted(fixture.key(0), epoch: 1, offset: 16), at: 19).count == 1)
        var cutOff = fixture
        #expect(!fixture.handle(.timePassed, at: 38.9).contains(.finish(.left)))
        var impatient = fixture
        #expect(impatient.handle(.leaveInsisted, at: 38.9) == [.finish(.left)])
        #expect(fixture.session.nextDeadline == .seconds(39))
        #expect(fixture.handle(.timePassed, at: 39) == [.finish(.left)])

        #expect(cutOff.handle(.disconnected, at: 20).isEmpty)
        #expect(cutOff.session.nextDeadline == .seconds(24), "without a connection it waits for less")
        #expect(cutOff.handle(.timePassed, at: 24) == [.finish(.left)])
    }

    @Test func `a piece is as large as the link carries in a second, from the smallest to the largest`() {
        var policy = WorkerSession.Policy()
        policy.pieceBytes = 256 << 10
        var fixture = SessionFixture(isUp: false)
        fixture.session = WorkerSession(slots: 1, facts: BoardFixture.facts, policy: policy, now: .seconds(0))
        _ = fixture.handle(.connected)
        fixture.order(.welcome(heartbeat: .seconds(2), checkpointInterval: .zero))
        fixture.assign(0)
        let state = CheckpointContent(epoch: 1, bytes: Array(repeating: 7, count: 4 << 20))
        var actions = fixture.handle(.trainerSaved(fixture.key(0), state), at: 0)
        var sizes: [Int] = []
        var (offset, time) = (0, 0.0)
        // At 512 KiB/s, then at 16 KiB/s.
        for rate in Array(repeating: 512.0, count: 6) + Array(repeating: 16, count: 4) {
            guard case .send(.checkpointPiece(_, let piece))? = actions.first else { return #expect(Bool(false)) }
            sizes.append(piece.bytes.count >> 10)
            offset = piece.end
            time += Double(piece.bytes.count) / 1024 / rate
            actions = fixture.order(.checkpointWanted(fixture.key(0), epoch: 1, offset: offset), at: time)
        }
        #expect(sizes == [16, 32, 64, 128, 256, 256, 256, 16, 16, 16])
    }

    @Test(
        arguments: [AttemptOutcome.completed, .diverged])
    func `a task that is complete, or diverges everywhere, needs no checkpoint`(outcome: AttemptOutcome) {
        var fixture = Self.fixture(interval: .seconds(1000))
        fixture.assign(0)
        _ = Self.saved(&fixture)
        #expect(fixture.trainerEnds(0, outcome) == [.send(.ended(fixture.key(0), BoardFixture.end(outcome)))])
    }

    @Test func `an attempt that goes on fetches its checkpoint in pieces, holding its slot, and starts with all of it`()
    {
        var fixture = Self.fixture(interval: .zero)
        let (key, content) = (fixture.key(0), Self.content(fixture))
        let ask = { (offset: Int) in
            WorkerAction.send(.checkpointRequest(key, epoch: 1, offset: offset, limit: 16))
        }
        #expect(fixture.order(.assignment(key, fixture.tasks[0], from: content.label)) == [ask(0)])
        #expect(fixture.assign(1).isEmpty, "the slot is taken")
        let heartbeat = WorkerAction.send(.heartbeat(running: [key, fixture.key(1)], number: 1))
        #expect(fixture.handle(.timePassed, at: 10) == [heartbeat])
        #expect(fixture.order(.heartbeatHeard(number: 1), at: 10) == [ask(0)], "a request that was lost")
        let pieces = content.pieces(limit: 16)
        #expect(fixture.order(.checkpointPiece(key, pieces[0]), at: 10) == [ask(16)])
        #expect(fixture.order(.checkpointPiece(key, pieces[0]), at: 10).isEmpty, "a repeated piece")
        #expect(fixture.order(.checkpointPiece(key, pieces[1]), at: 10) == [ask(32)])
        #expect(
            fixture.order(.checkpointPiece(key, pieces[2]), at: 10) == [
                .startTrainer(TrainerStart(key: key, task: fixture.tasks[0], slot: 0, checkpoint: content))
            ])
    }

    @Test func `checkpoints come one after another, in the order of the assignments`() {
        var fixture = Self.fixture(interval: .zero, slots: 2)
        let contents = (0..<2).map { Self.content(fixture, task: $0) }
        let ask = { (task: Int) in
            WorkerAction.send(.checkpointRequest(fixture.key(task), epoch: 1, offset: 0, limit: 16))
        }
        #expect(fixture.order(.assignment(fixture.key(0), fixture.tasks[0], from: contents[0].label)) == [ask(0)])
        #expect(fixture.order(.assignment(fixture.key(1), fixture.tasks[1], from: contents[1].label)).isEmpty)
        let piece = CheckpointPiece(label: contents[0].label, offset: 0, bytes: contents[0].bytes)
        let start = WorkerAction.startTrainer(
            TrainerStart(key: fixture.key(0), task: fixture.tasks[0], slot: 0, checkpoint: contents[0]))
        #expect(fixture.order(.checkpointPiece(fixture.key(0), piece)) == [start, ask(1)])
        let end = WorkerAction.send(.ended(fixture.key(1), SessionFixture.cancelled))
        #expect(fixture.order(.stop(fixture.key(1))) == [end])
        #expect(fixture.order(.heartbeatHeard(number: 1)).contains(ask(1)) == false, "nobody waits for it any more")
    }

    @Test func `a checkpoint that was damaged, or is gone, costs time and nothing else`() {
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
        #expect(
            moved.order(.resumePoint(key, newer)) == [.send(.checkpointRequest(key, epoch: 2, offset: 0, limit: 16))])
    }

    @Test func `an attempt that is stopped while its checkpoint comes is over at once, and its slot is the next one's`()
    {
        var fixture = Self.fixture(interval: .zero)
        fixture.order(.assignment(fixture.key(0), fixture.tasks[0], from: Self.content(fixture).label))
        fixture.assign(1)
        let end = WorkerAction.send(.ended(fixture.key(0), SessionFixture.cancelled))
        #expect(fixture.order(.stop(fixture.key(0))) == [end, fixture.starts(1, slot: 0)])
    }
}
