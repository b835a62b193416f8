import Experiment
import Messages
import Scheduling
import Simulation
import Status
import Testing

/// Whose word counts depends on who else is there, or was: a worker that comes first, or stays alone, proves nothing to
/// itself.
struct CompanyTests {
    private static func key(_ name: String) -> WorkerKey { WorkerKey(ofPublicKey: name.utf8) }

    private static func fixture(
        taskCount: Int = 1, epochs: Int = 2, share: Double = 1, _ workers: WorkerID...
    ) -> BoardFixture {
        var policy = TaskBoard.Policy()
        policy.auditShare = share
        policy.workersMayJoin = true
        var fixture = BoardFixture(taskCount: taskCount, epochs: epochs, policy: policy)
        for worker in workers { enter(worker, &fixture) }
        return fixture
    }

    private static func enter(_ worker: WorkerID, at seconds: Double = 0, _ fixture: inout BoardFixture) {
        fixture.board.bind(worker, to: key(worker.rawValue))
        fixture.hello(worker, at: seconds)
    }

    /// A record that came where one was stored, and what came of it.
    @discardableResult
    private static func compare(
        _ record: EpochRecord, of key: AttemptKey, by worker: WorkerID, differs: Bool, _ fixture: inout BoardFixture
    ) -> [TaskBoard.Action] {
        fixture.report(worker, key, record)
        let difference = differs ? record.digest : nil
        return fixture.handle(
            .recordCompared(.init(attempt: key, epoch: record.epoch, difference: difference)), at: 0)
    }

    private static func liars(in actions: [TaskBoard.Action]) -> [WorkerID] {
        actions.flatMap { action -> [WorkerID] in
            guard case .reportLiar(let liar) = action else { return [] }
            return liar.workers
        }
    }

    // MARK: Who comes first

    @Test func `a worker that is there before this host's own does not audit itself, and the sweep waits`() {
        var fixture = Self.fixture("a")
        fixture.board.expectWorker(of: .key(Self.key("local-1")))
        fixture.report("a", fixture.key(0), fixture.record(0, 1))
        fixture.report("a", fixture.key(0), fixture.wrongRecord(0, 2))
        #expect(fixture.end("a", fixture.key(0)).last == .send(.endStored(fixture.key(0)), to: "a"))
        #expect(fixture.heartbeat("a", at: 1).isEmpty, "nothing is begun, and nothing is over")
        fixture.board.expectWorker(of: nil)
        Self.enter("local-1", at: 2, &fixture)
        #expect(fixture.board.owner(of: fixture.key(0, 2)) == "local-1")
    }

    @Test func `where nobody else comes the one that is there audits itself, and that counts as no other one's word`() {
        var fixture = Self.fixture(taskCount: 2, "a")
        fixture.reportAll("a", task: 0)
        fixture.end("a", fixture.key(0))
        fixture.reportAll("a", task: 1)
        fixture.end("a", fixture.key(1))
        #expect(fixture.board.owner(of: fixture.key(0, 2)) == "a")
        fixture.reportAgain("a", task: 0, attempt: 2)
        fixture.end("a", fixture.key(0, 2))
        #expect(fixture.board.auditCounts.repeatedByStrangers == 1 && fixture.board.auditCounts.done == 0)
        // Before the other audit of itself is over, somebody else comes: then the first one is done once more.
        Self.enter("b", &fixture)
        #expect(fixture.board.owner(of: fixture.key(0, 3)) == "b")
        fixture.reportAgain("b", task: 0, attempt: 3)
        fixture.end("b", fixture.key(0, 3))
        #expect(fixture.board.auditCounts.done == 1)
    }

    @Test func `that a loss is not finite is not believed of one while this host's worker is awaited`() {
        var fixture = Self.fixture("a")
        fixture.board.expectWorker(of: .key(Self.key("local-1")))
        fixture.end("a", fixture.key(0), .diverged)
        #expect(fixture.board.counts == TaskCounts(waiting: 1), "it is not given to the same one again, either")
        fixture.board.expectWorker(of: nil)
        Self.enter("local-1", at: 2, &fixture)
        #expect(fixture.board.owner(of: fixture.key(0, 2)) == "local-1")
    }

    @Test func `whoever says that a task diverges which two others train to its end is a liar`() {
        var fixture = Self.fixture(share: 0, "a", "b", "c")
        fixture.end("a", fixture.key(0), .diverged)
        fixture.reportAll("b", task: 0, attempt: 2)
        fixture.end("b", fixture.key(0, 2))
        let auditor = fixture.board.owner(of: fixture.key(0, 3))
        #expect(auditor == "a" || auditor == "c", "it is audited whatever the share is")
        guard let auditor else { return }
        fixture.reportAgain(auditor, task: 0, attempt: 3)
        let actions = fixture.end(auditor, fixture.key(0, 3))
        #expect(Self.liars(in: actions) == ["a"])
    }

    // MARK: Who has trained it all

    /// The liar stores one record and says that it failed; the next one trains the task from its beginning.
    private static func joint(_ second: WorkerID, _ others: WorkerID...) -> BoardFixture {
        var fixture = fixture("a", second)
        fixture.report("a", fixture.key(0), fixture.wrongRecord(0, 1))
        fixture.end("a", fixture.key(0), .error)
        compare(fixture.record(0, 1), of: fixture.key(0, 2), by: second, differs: true, &fixture)
        fixture.report(second, fixture.key(0, 2), fixture.record(0, 2))
        for other in others { enter(other, &fixture) }
        return fixture
    }

    @Test func `two honest ones outvote a liar though one of them went on behind its record`() {
        var fixture = Self.joint("b", "c")
        fixture.end("b", fixture.key(0, 2))
        #expect(fixture.board.owner(of: fixture.key(0, 3)) == "c")
        Self.compare(fixture.record(0, 1), of: fixture.key(0, 3), by: "c", differs: true, &fixture)
        Self.compare(fixture.record(0, 2), of: fixture.key(0, 3), by: "c", differs: false, &fixture)
        let actions = fixture.end("c", fixture.key(0, 3))
        let reason = "epoch 1 came out other than under the other keys"
        #expect(actions.contains(.store(.recordsReplaced(by: fixture.key(0, 2), reason: reason))))
        #expect(Self.liars(in: actions) == ["a"])
    }

    @Test func `the owner's own host decides against a liar behind whose record it went on`() {
        var fixture = Self.joint("local-1")
        let actions = fixture.end("local-1", fixture.key(0, 2))
        #expect(fixture.board.owner(of: fixture.key(0, 3)) == "local-1", "nobody else may train it once more")
        #expect(Self.liars(in: actions) == ["a"])
        #expect(fixture.board.openDisputes.isEmpty)
    }

    @Test func `what was compared before a restart is known after it`() {
        var restored = TaskBoard.RestoredTask(task: PretendTraining.task(0, epochs: 2))
        let wrong = PretendTraining.wrongRecord(of: restored.task, epoch: 1).digest
        var liar = TaskHistory.Execution(worker: "a", key: Self.key("a"), outcome: .error)
        liar.differing = [:]
        var honest = TaskHistory.Execution(worker: "b", key: Self.key("b"), outcome: .completed)
        honest.differing = [1: wrong]
        restored.history = TaskHistory(epochs: [1, 2], attempts: [liar, honest], lastProgress: 2)
        restored.history.authors = [Attempt(rawValue: 1), Attempt(rawValue: 2)]
        let fixture = BoardFixture([restored])
        #expect(fixture.board.openDisputes == [restored.task.id])
    }

    // MARK: Two words

    @Test func `whoever sends two records of one epoch is a liar, whichever of them is right`() {
        var fixture = Self.fixture("a", "b", "c")
        fixture.reportAll("a", task: 0)
        fixture.end("a", fixture.key(0))
        let auditor = fixture.board.owner(of: fixture.key(0, 2))!
        Self.compare(fixture.wrongRecord(0, 1), of: fixture.key(0, 2), by: auditor, differs: true, &fixture)
        var other = fixture.wrongRecord(0, 1)
        other.metrics.valLoss = other.metrics.valLoss.nextUp
        let actions = Self.compare(other, of: fixture.key(0, 2), by: auditor, differs: true, &fixture)
        #expect(Self.liars(in: actions) == [auditor])
    }
}
