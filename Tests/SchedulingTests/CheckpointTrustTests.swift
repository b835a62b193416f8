import Experiment
import Messages
import Scheduling
import Simulation
import Status
import Testing

/// A checkpoint is as good as the word of whoever handed it over.
struct CheckpointTrustTests {
    /// Task 0: `giver` has brought two epochs of it, handed over its state, and is gone.
    private static func fixture(
        giver: WorkerID = "a", isVouched: Bool = false, trustsCheckpoints: Bool = false, epochs: Int = 4,
        _ others: WorkerID...
    ) -> BoardFixture {
        var policy = TaskBoard.Policy()
        policy.trustsCheckpoints = trustsCheckpoints
        policy.workersMayJoin = true
        let judgements = isVouched ? [KeyJudgement(key: key(of: giver), verdict: .vouched)] : []
        var fixture = BoardFixture(
            taskCount: 1, epochs: epochs, standings: KeyStandings(judgements: judgements), policy: policy)
        for worker in [giver] + others { fixture.board.bind(worker, to: key(of: worker)) }
        fixture.hello(giver)
        for epoch in 1...2 { fixture.report(giver, fixture.key(0), fixture.record(0, epoch)) }
        handOver(by: giver, attempt: 1, &fixture)
        for worker in others { fixture.hello(worker) }
        _ = fixture.handle(.workerVanished(giver), at: 1)
        return fixture
    }

    private static func key(of worker: WorkerID) -> WorkerKey { WorkerKey(ofPublicKey: worker.rawValue.utf8) }

    private static func state(_ epoch: Int, of fixture: BoardFixture) -> CheckpointLabel {
        PretendTraining.checkpoint(of: fixture.tasks[0], epoch: epoch).label
    }

    private static func handOver(by worker: WorkerID, attempt: Int, epoch: Int = 2, _ fixture: inout BoardFixture) {
        let content = PretendTraining.checkpoint(of: fixture.tasks[0], epoch: epoch)
        let key = fixture.key(0, attempt), piece = content.piece(at: 0, limit: 40)
        _ = fixture.handle(.received(.checkpointPiece(key, piece), from: worker), at: 1)
        _ = fixture.handle(.checkpointSaved(key, content.label), at: 1)
    }

    /// The rest of the task, by an attempt that went on from the state.
    private static func finish(_ fixture: inout BoardFixture, by worker: WorkerID) {
        for epoch in 3...4 { fixture.report(worker, fixture.key(0, 2), fixture.record(0, epoch), at: 2) }
        fixture.end(worker, fixture.key(0, 2), at: 2)
    }

    /// Attempt 2 brings epoch 3 behind the giver's state, hands over its own, and is given back.
    private static func goFurther(by worker: WorkerID, _ fixture: inout BoardFixture) {
        fixture.report(worker, fixture.key(0, 2), fixture.record(0, 3), at: 2)
        handOver(by: worker, attempt: 2, epoch: 3, &fixture)
        fixture.end(worker, fixture.key(0, 2), .preempted, at: 2)
    }

    private static func isStateBlamed(in actions: [TaskBoard.Action]) -> Bool {
        actions.contains { if case .store(.checkpointBlamed) = $0 { true } else { false } }
    }

    @Test func `a task that went on from a stranger's state is audited by a third key, whatever the share is`() {
        var fixture = Self.fixture("b", "c")
        #expect(fixture.board.owner(of: fixture.key(0, 2)) == "b")
        Self.finish(&fixture, by: "b")
        #expect(fixture.board.owner(of: fixture.key(0, 3)) == "c")
        fixture.reportAgain("c", task: 0, attempt: 3, at: 3)
        let actions = fixture.end("c", fixture.key(0, 3), at: 3)
        let vouched = actions.compactMap { action -> WorkerKey? in
            guard case .store(.keyJudged(let judgement)) = action, judgement.verdict == .vouched else { return nil }
            return judgement.key
        }
        #expect(Set(vouched) == Set(["a", "b"].map { WorkerKey(ofPublicKey: $0.utf8) }))
        #expect(actions.last == .end(.finished))
    }

    @Test func `a task is not audited where all checkpoints are trusted, or the state is one's own or the owner's`() {
        var trusting = Self.fixture(trustsCheckpoints: true, "b", "c")
        Self.finish(&trusting, by: "b")
        #expect(trusting.board.owner(of: trusting.key(0, 3)) == nil)
        var local = Self.fixture(giver: "local-1", "b", "c")
        Self.finish(&local, by: "b")
        #expect(local.board.owner(of: local.key(0, 3)) == nil)
        var own = Self.fixture()
        own.board.bind("a2", to: WorkerKey(ofPublicKey: "a".utf8))
        own.hello("a2", at: 2)
        Self.finish(&own, by: "a2")
        #expect(own.board.owner(of: own.key(0, 3)) == nil)
    }

    /// A state can go wrong later than right behind it, such as by a random stream that is used then.
    @Test(arguments: [3, 4])
    func `wrong records behind a stranger's state convict nobody alone; they are replaced`(first: Int) throws {
        var fixture = Self.fixture("b", "c", "d")
        for epoch in 3...4 {
            let record = epoch < first ? fixture.record(0, epoch) : fixture.wrongRecord(0, epoch)
            fixture.report("b", fixture.key(0, 2), record, at: 2)
        }
        fixture.end("b", fixture.key(0, 2), at: 2)
        var actions: [TaskBoard.Action] = []
        for attempt in 3...4 {
            let auditor = try #require(fixture.board.owner(of: fixture.key(0, attempt)))
            fixture.reportAgain(auditor, task: 0, attempt: attempt, at: 3)
            actions = fixture.end(auditor, fixture.key(0, attempt), at: 3)
        }
        let reason =
            "epoch \(first) came out other than under the other keys: the state that a handed over is wrong, or what "
            + "b made of it"
        #expect(actions.contains(.store(.recordsReplaced(by: fixture.key(0, 3), reason: reason))))
        #expect(!actions.contains { if case .reportLiar = $0 { true } else { false } })
    }

    @Test func `a trainer that dies right behind a stranger's state blames the state, and the task begins anew`() {
        var fixture = Self.fixture("b")
        let label = PretendTraining.checkpoint(of: fixture.tasks[0], epoch: 2).label
        let actions = fixture.end("b", fixture.key(0, 2), .killed, at: 2)
        #expect(actions.contains(.store(.checkpointBlamed(fixture.key(0), forEndOf: Attempt(rawValue: 2)))))
        #expect(actions.contains(.changeFiles(.delete(label, of: fixture.tasks[0].id))))
        #expect(actions.suffix(2) == fixture.dispatch(0, 3, to: "b"), "from its first epoch, on the same worker")
        Self.handOver(by: "a", attempt: 1, &fixture)
        #expect(fixture.board.storedCheckpoints.isEmpty, "no further one of it is taken")
        // It does not count: from here on the worker fails it as often as any other.
        fixture.end("b", fixture.key(0, 3), .killed, at: 3)
        fixture.end("b", fixture.key(0, 4), .killed, at: 3)
        #expect(fixture.board.counts == TaskCounts(running: 1))
        fixture.end("b", fixture.key(0, 5), .killed, at: 3)
        #expect(fixture.board.counts == TaskCounts(failed: 1))
    }

    @Test func `a state that is larger than any of its task is not taken`() {
        let limit = PretendTraining.task(0, epochs: 4).parameters.norm.checkpointBytes.upperBound
        for (byteCount, isTaken) in [(limit + 1, false), (limit, true)] {
            let label = CheckpointLabel(epoch: 2, byteCount: byteCount, digest: ContentDigest(of: [1]))
            var fixture = BoardFixture(taskCount: 1, epochs: 4)
            fixture.hello("a")
            for epoch in 1...2 { fixture.report("a", fixture.key(0), fixture.record(0, epoch)) }
            let piece = CheckpointPiece(label: label, offset: 0, bytes: [1])
            let actions = fixture.handle(.received(.checkpointPiece(fixture.key(0), piece), from: "a"), at: 1)
            #expect(actions.contains(.changeFiles(.keep(piece, of: fixture.key(0)))) == isTaken)
        }
    }

    @Test func `a loss that is not finite right behind a stranger's state has no second witness`() {
        var fixture = Self.fixture("b", "c")
        fixture.end("b", fixture.key(0, 2), .diverged, at: 2)
        #expect(fixture.board.counts == TaskCounts(running: 1))
        fixture.end(fixture.board.owner(of: fixture.key(0, 3))!, fixture.key(0, 3), .diverged, at: 2)
        #expect(fixture.board.counts == TaskCounts(running: 1), "one has seen it from the beginning")
    }

    // MARK: Who had a hand in a state

    @Test func `who diverges behind its own state blames the stranger's behind that; both go, and it is no witness`() {
        var fixture = Self.fixture("b")
        Self.goFurther(by: "b", &fixture)
        let task = fixture.tasks[0].id, own = Self.state(3, of: fixture)
        #expect(fixture.board.storedCheckpoints == [task: own] && fixture.board.owner(of: fixture.key(0, 3)) == "b")
        let actions = fixture.end("b", fixture.key(0, 3), .diverged, at: 3)
        #expect(actions.contains(.store(.checkpointBlamed(fixture.key(0), forEndOf: Attempt(rawValue: 3)))))
        #expect(actions.contains(.changeFiles(.delete(own, of: task))))
        #expect(actions.suffix(2) == fixture.dispatch(0, 4, to: "b"), "the word of the only one there was none")
        fixture.end("b", fixture.key(0, 4), .diverged, at: 4)
        #expect(fixture.board.counts == TaskCounts(failed: 1), "from the beginning it is one")
    }

    @Test func `who diverges behind a vouched key's state is no witness either, alone as it is; the state stays`() {
        var fixture = Self.fixture(isVouched: true, "b")
        Self.goFurther(by: "b", &fixture)
        let own = Self.state(3, of: fixture)
        let actions = fixture.end("b", fixture.key(0, 3), .diverged, at: 3)
        #expect(!Self.isStateBlamed(in: actions))
        #expect(actions.last == .send(.assignment(fixture.key(0, 4), fixture.tasks[0], from: own), to: "b"))
    }

    @Test(arguments: [false, true])
    func `a state is not taken when a key that is believed no more had a hand in it, two givers back`(
        isForgotten: Bool
    ) {
        var fixture = Self.fixture(epochs: 5, "b", "c")
        fixture.report("b", fixture.key(0, 2), fixture.record(0, 3), at: 2)
        Self.handOver(by: "b", attempt: 2, epoch: 3, &fixture)
        _ = fixture.handle(.workerVanished("b"), at: 2)
        fixture.report("c", fixture.key(0, 3), fixture.record(0, 4), at: 2)
        let task = fixture.tasks[0].id
        #expect(fixture.board.storedCheckpoints == [task: Self.state(3, of: fixture)])
        if isForgotten {
            let forget = SweepRequest.forget(Self.key(of: "a"), reason: "revoked by me")
            _ = fixture.handle(.requestArrived(RequestID(rawValue: 1), forget), at: 3)
            #expect(fixture.board.storedCheckpoints.isEmpty, "it is b's, and came of a's")
        }
        #expect(fixture.board.owner(of: fixture.key(0, 3)) == "c", "c goes on")
        Self.handOver(by: "c", attempt: 3, epoch: 4, &fixture)
        #expect(fixture.board.storedCheckpoints == (isForgotten ? [:] : [task: Self.state(4, of: fixture)]))
    }

    @Test func `a late state that came of a blamed one is not taken, and one that came of nobody's is`() {
        var fixture = Self.fixture("b")
        fixture.report("b", fixture.key(0, 2), fixture.record(0, 3), at: 2)
        fixture.end("b", fixture.key(0, 2), .preempted, at: 2)
        #expect(Self.isStateBlamed(in: fixture.end("b", fixture.key(0, 3), .killed, at: 3)))
        Self.handOver(by: "b", attempt: 2, epoch: 3, &fixture)
        #expect(fixture.board.storedCheckpoints.isEmpty, "a's state is behind it")
        Self.handOver(by: "b", attempt: 4, epoch: 3, &fixture)
        #expect(fixture.board.storedCheckpoints == [fixture.tasks[0].id: Self.state(3, of: fixture)])
    }

    @Test func `a vouched key's state is dropped on the word of two keys, not on one key's, however often it says so`()
    {
        var fixture = Self.fixture(isVouched: true, "b", "c")
        let kept = [fixture.tasks[0].id: Self.state(2, of: fixture)]
        #expect(!Self.isStateBlamed(in: fixture.end("b", fixture.key(0, 2), .killed, at: 2)))
        #expect(fixture.board.storedCheckpoints == kept && fixture.board.owner(of: fixture.key(0, 3)) == "c")
        let second = fixture.end("c", fixture.key(0, 3), .killed, at: 2)
        #expect(second.contains(.store(.checkpointBlamed(fixture.key(0), forEndOf: Attempt(rawValue: 3)))))
        #expect(fixture.board.storedCheckpoints.isEmpty)

        var alone = Self.fixture(isVouched: true, "b")
        for attempt in 2...3 {
            #expect(!Self.isStateBlamed(in: alone.end("b", alone.key(0, attempt), .killed, at: 2)))
        }
        #expect(alone.board.storedCheckpoints == kept)
    }

    @Test func `of a vouched key's state the word of the owner's own host is enough`() {
        var fixture = Self.fixture(isVouched: true, "local-1")
        let actions = fixture.end("local-1", fixture.key(0, 2), .killed, at: 2)
        #expect(actions.contains(.store(.checkpointBlamed(fixture.key(0), forEndOf: Attempt(rawValue: 2)))))
        #expect(fixture.board.storedCheckpoints.isEmpty)
    }
}
