import Experiment
import Messages
import Scheduling
import Simulation
import Status
import Testing

/// A difference starts a third execution; whoever disagrees with the others is found, and what he delivered is trained
/// again.
struct VerdictTests {
    /// Workers of a key each. Those that are named `local-…` are the owner's own.
    private static func fixture(
        taskCount: Int = 1, share: Double = 1, secret: String = "", _ workers: WorkerID...
    ) -> BoardFixture {
        var policy = TaskBoard.Policy()
        policy.auditShare = share
        policy.auditSecret = secret
        policy.workersMayJoin = true
        var fixture = BoardFixture(taskCount: taskCount, policy: policy)
        for worker in workers {
            fixture.board.bind(worker, to: key(of: worker))
            fixture.hello(worker)
        }
        return fixture
    }

    private static func key(of worker: WorkerID) -> WorkerKey { WorkerKey(ofPublicKey: worker.rawValue.utf8) }

    /// Task 0 is a's; with `lie`, its second record is wrong.
    private static func finish(_ fixture: inout BoardFixture, lie: Bool) {
        fixture.report("a", fixture.key(0), fixture.record(0, 1))
        fixture.report("a", fixture.key(0), lie ? fixture.wrongRecord(0, 2) : fixture.record(0, 2))
        fixture.end("a", fixture.key(0))
    }

    private static func judged(_ worker: WorkerID, in actions: [TaskBoard.Action]) -> KeyJudgement.Verdict? {
        for case .store(.keyJudged(let judgement)) in actions where judgement.key == key(of: worker) {
            return judgement.verdict
        }
        return nil
    }

    private static func liars(in actions: [TaskBoard.Action]) -> [WorkerID] {
        actions.flatMap { action -> [WorkerID] in
            guard case .reportLiar(let liar) = action else { return [] }
            return liar.workers
        }
    }

    private static func areRecordsReplaced(in actions: [TaskBoard.Action]) -> Bool {
        actions.contains { if case .store(.recordsReplaced) = $0 { true } else { false } }
    }

    /// Whom the lot has given an execution of a task.
    private static func auditor(of task: Int = 0, _ attempt: Int, _ fixture: BoardFixture) throws -> WorkerID {
        try #require(fixture.board.owner(of: fixture.key(task, attempt)))
    }

    @Test func `when the first and the third agree, the auditor lied`() throws {
        var fixture = Self.fixture("a", "b", "c")
        Self.finish(&fixture, lie: false)
        let liar = try Self.auditor(2, fixture)
        fixture.reportAgain(liar, task: 0, attempt: 2, wrong: [2])
        fixture.end(liar, fixture.key(0, 2))
        let third = try Self.auditor(3, fixture)
        #expect(third != "a" && third != liar)
        fixture.reportAgain(third, task: 0, attempt: 3)
        let actions = fixture.end(third, fixture.key(0, 3))
        #expect(Self.liars(in: actions) == [liar])
        #expect(Self.judged(liar, in: actions) == .lied && Self.judged("a", in: actions) == .vouched)
        let quarantined = fixture.board.workerStatuses(at: .seconds(0)).filter { $0.standing == .quarantined }
        #expect(quarantined.map(\.id) == [liar])
        #expect(actions.last == .end(.finished))
    }

    @Test func `when the second and the third agree, the author lied: his records are replaced at once`() throws {
        var fixture = Self.fixture("a", "b", "c")
        Self.finish(&fixture, lie: true)
        let second = try Self.auditor(2, fixture)
        fixture.reportAgain(second, task: 0, attempt: 2)
        fixture.end(second, fixture.key(0, 2))
        let third = try Self.auditor(3, fixture)
        fixture.reportAgain(third, task: 0, attempt: 3)
        let actions = fixture.end(third, fixture.key(0, 3))
        let reason = "epoch 2 came out other than under the other keys"
        #expect(actions.contains(.store(.recordsReplaced(by: fixture.key(0, 2), reason: reason))))
        #expect(Self.liars(in: actions) == ["a"])
        #expect(Self.judged(second, in: actions) == .vouched)
        #expect(actions.last == .end(.finished))
    }

    @Test func `what a liar delivered is trained again, what it trains goes elsewhere, and no more is taken`() throws {
        var fixture = Self.fixture(taskCount: 5, share: 0, "a", "b", "c")
        Self.finish(&fixture, lie: true)
        // It has another task by now, and has brought a record of it.
        let running = fixture.key(3)
        #expect(fixture.board.owner(of: running) == "a")
        fixture.report("a", running, fixture.record(3, 1))
        for (worker, task) in [("b", 1), ("c", 2)] as [(WorkerID, Int)] {
            fixture.reportAll(worker, task: task)
            fixture.end(worker, fixture.key(task))
        }
        // The one of the two that is not busy with task 4 by now has room for an audit, and then the other one.
        #expect(fixture.board.owner(of: fixture.key(4)) == "b")
        _ = fixture.handle(.requestArrived(RequestID(rawValue: 1), .audit(fixture.tasks[0].id)), at: 0)
        fixture.reportAll("b", task: 4)
        fixture.end("b", fixture.key(4))
        var actions: [TaskBoard.Action] = []
        for attempt in 2...3 {
            let auditor = try Self.auditor(attempt, fixture)
            #expect(["b", "c"].contains(auditor) && Self.liars(in: actions).isEmpty)
            fixture.reportAgain(auditor, task: 0, attempt: attempt)
            actions = fixture.end(auditor, fixture.key(0, attempt))
        }
        #expect(Self.liars(in: actions) == ["a"])
        #expect(actions.contains(.send(.stop(running), to: "a")))
        let heir = fixture.board.owner(of: fixture.key(3, 2))!
        #expect(heir != "a")
        let late = fixture.report("a", running, fixture.record(3, 2))
        #expect(
            late.first
                == .reportRejected("a", running, reason: "a record of a key that is believed no more"))
        fixture.report(heir, fixture.key(3, 2), fixture.record(3, 1))
        fixture.report(heir, fixture.key(3, 2), fixture.record(3, 2))
        fixture.end(heir, fixture.key(3, 2))
        let auditor = fixture.board.owner(of: fixture.key(3, 3))
        #expect(auditor != nil && auditor != "a" && auditor != heir, "its first record is a liar's")
    }

    /// With which the first that audits task 1 is the last of three that would audit task 0.
    private static func secretOfApartAuditors() throws -> String {
        let auditors = (["b", "c", "d"] as [WorkerID]).map { WorkerIdentity.key(key(of: $0)) }
        let tasks = (0..<2).map { PretendTraining.task($0, epochs: 2).id }
        return try #require(
            (0..<100).map(String.init).first { secret in
                var lots = AuditLots(secret: secret)
                let next = lots.draw(for: tasks[1], among: auditors)
                let first = lots.draw(for: tasks[0], among: auditors)
                let second = lots.draw(for: tasks[0], among: auditors.filter { $0 != first })
                return next != first && next != second
            })
    }

    /// Of two workers that compute wrongly now and then, the one that is found first has trained most tasks rightly.
    @Test func `a liar's right records stay though the next liar contradicts them`() throws {
        var fixture = Self.fixture(taskCount: 2, secret: try Self.secretOfApartAuditors())
        func join(_ worker: WorkerID, slots: Int) {
            fixture.board.bind(worker, to: Self.key(of: worker))
            fixture.hello(worker, slots: slots)
        }
        func auditor(of task: Int, _ attempt: Int) throws -> WorkerID {
            try #require(fixture.board.owner(of: fixture.key(task, attempt)))
        }
        // Both tasks are a's.
        join("a", slots: 2)
        for worker in ["b", "c", "d"] as [WorkerID] { join(worker, slots: 2) }
        Self.finish(&fixture, lie: true)
        fixture.reportAll("a", task: 1)
        fixture.end("a", fixture.key(1))
        let next = try auditor(of: 1, 2)
        fixture.reportAgain(next, task: 1, attempt: 2, wrong: [2])
        for attempt in 2...3 {
            let honest = try auditor(of: 0, attempt)
            fixture.reportAgain(honest, task: 0, attempt: attempt)
            let actions = fixture.end(honest, fixture.key(0, attempt))
            #expect(Self.liars(in: actions) == (attempt == 3 ? ["a"] : []))
        }
        var actions = fixture.end(next, fixture.key(1, 2))
        for attempt in 3...4 {
            #expect(Self.liars(in: actions).isEmpty && !Self.areRecordsReplaced(in: actions))
            let honest = try auditor(of: 1, attempt)
            fixture.reportAgain(honest, task: 1, attempt: attempt)
            actions = fixture.end(honest, fixture.key(1, attempt))
        }
        #expect(Self.liars(in: actions) == [next] && !Self.areRecordsReplaced(in: actions))
        #expect(actions.last == .end(.finished))
    }

    @Test func `without a third key the owner's own host decides, and without it the dispute stays open`() {
        var fixture = Self.fixture("a", "local-1")
        Self.finish(&fixture, lie: true)
        fixture.reportAgain("local-1", task: 0, attempt: 2)
        let actions = fixture.end("local-1", fixture.key(0, 2))
        #expect(Self.liars(in: actions) == ["a"])

        var strangers = Self.fixture("a", "b")
        Self.finish(&strangers, lie: true)
        strangers.reportAgain("b", task: 0, attempt: 2)
        let open = strangers.end("b", strangers.key(0, 2))
        #expect(Self.liars(in: open).isEmpty && open.last == .end(.finished))
        #expect(strangers.board.openDisputes == [strangers.tasks[0].id])
    }

    @Test(arguments: ["a", "local-1"] as [WorkerID])
    func `a dispute that no third execution decides stays open, unless one word is that of the owner's host`(
        author: WorkerID
    ) throws {
        var fixture = Self.fixture(author, "b", "c")
        fixture.reportAll(author, task: 0)
        fixture.end(author, fixture.key(0))
        let second = try Self.auditor(2, fixture)
        fixture.reportAgain(second, task: 0, attempt: 2, wrong: [1])
        var actions = fixture.end(second, fixture.key(0, 2))
        for attempt in 3...5 {
            let third = try Self.auditor(attempt, fixture)
            #expect(third == (second == "b" ? "c" : "b"))
            #expect(fixture.board.openDisputes.isEmpty, "somebody is at work on it")
            actions = fixture.end(third, fixture.key(0, attempt), .killed)
        }
        let isOwn = author == "local-1"
        #expect(actions.last == .end(.finished))
        #expect(Self.liars(in: actions) == (isOwn ? [second] : []))
        #expect(fixture.board.openDisputes == (isOwn ? [] : [fixture.tasks[0].id]))
    }

    @Test func `a restored board goes on with a dispute as soon as a third key is there`() {
        var restored = TaskBoard.RestoredTask(task: PretendTraining.task(0, epochs: 2))
        let wrong = PretendTraining.wrongRecord(of: restored.task, epoch: 2)
        let keys = ["a", "b"].map { WorkerKey(ofPublicKey: $0.utf8) }
        restored.history = TaskHistory(
            epochs: [1, 2],
            attempts: [
                .init(worker: "a", key: keys[0], outcome: .completed),
                .init(worker: "b", key: keys[1], outcome: .completed),
            ], lastProgress: 1)
        restored.history.authors = [Attempt(rawValue: 1), Attempt(rawValue: 1)]
        restored.history.attempts[1].differing = [2: wrong.digest]
        var fixture = BoardFixture([restored])
        for worker in ["a", "b", "c"] as [WorkerID] { fixture.board.bind(worker, to: Self.key(of: worker)) }
        #expect(fixture.hello("c").suffix(2) == fixture.dispatch(0, 3, to: "c"))
    }

    @Test func `what is to be forgotten is trained again by another key, whose word replaces what differs`() {
        var fixture = Self.fixture(taskCount: 2, share: 0, "a", "b")
        Self.finish(&fixture, lie: true)
        fixture.reportAll("b", task: 1)
        let id = RequestID(rawValue: 3)
        let asked = fixture.handle(.requestArrived(id, .forget(Self.key(of: "a"), reason: "revoked by me")), at: 1)
        #expect(Self.judged("a", in: asked) == .forgotten && Self.liars(in: asked).isEmpty)
        #expect(asked.contains(.sendAnswer(id, .done(count: 1))))
        fixture.end("b", fixture.key(1))
        #expect(fixture.board.owner(of: fixture.key(0, 2)) == "b")
        fixture.reportAgain("b", task: 0, attempt: 2)
        let actions = fixture.end("b", fixture.key(0, 2))
        #expect(Self.areRecordsReplaced(in: actions))
        #expect(actions.last == .end(.finished))
        let again = fixture.handle(.requestArrived(id, .forget(Self.key(of: "a"), reason: "")), at: 2)
        #expect(again == [.sendAnswer(id, .refused(reason: "the sweep has just ended"))])
    }

    @Test func `what is to be forgotten is replaced by two words where a third key is there`() throws {
        var fixture = Self.fixture(taskCount: 2, share: 0, "a", "b", "c")
        Self.finish(&fixture, lie: true)
        let forget = SweepRequest.forget(Self.key(of: "a"), reason: "revoked by me")
        _ = fixture.handle(.requestArrived(RequestID(rawValue: 3), forget), at: 1)
        // b is busy with task 1; whichever the lot gives it to.
        fixture.reportAll("b", task: 1, at: 1)
        fixture.end("b", fixture.key(1), at: 1)
        let auditor = try Self.auditor(2, fixture)
        fixture.reportAgain(auditor, task: 0, attempt: 2, at: 1)
        let first = fixture.end(auditor, fixture.key(0, 2), at: 1)
        #expect(!Self.areRecordsReplaced(in: first))
        let other = try Self.auditor(3, fixture)
        #expect(other == (auditor == "b" ? "c" : "b"))
        fixture.reportAgain(other, task: 0, attempt: 3, at: 1)
        let second = fixture.end(other, fixture.key(0, 3), at: 1)
        #expect(Self.areRecordsReplaced(in: second) && Self.liars(in: second).isEmpty)
        #expect(second.last == .end(.finished))
    }
}
