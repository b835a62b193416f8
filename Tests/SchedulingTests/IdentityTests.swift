import Experiment
import Messages
import Scheduling
import Status
import Testing

/// Who a worker is, its key says, whatever it calls itself.
struct IdentityTests {
    private static let key = WorkerKey(ofPublicKey: "one".utf8)

    /// Workers `a` and `b` of one key; others have their own.
    private func fixture(taskCount: Int, others: [WorkerID] = [], policy: TaskBoard.Policy = .init()) -> BoardFixture {
        var fixture = BoardFixture(taskCount: taskCount, policy: policy)
        for worker: WorkerID in ["a", "b"] { fixture.board.bind(worker, to: Self.key) }
        for worker in others { fixture.board.bind(worker, to: WorkerKey(ofPublicKey: worker.rawValue.utf8)) }
        for worker in ["a", "b"] + others { fixture.hello(worker) }
        return fixture
    }

    @Test func `a task does not go to another name of a key that failed it while somebody else is there`() {
        var fixture = fixture(taskCount: 3, others: ["c"])
        fixture.end("a", fixture.key(0), .error)
        fixture.reportAll("b", task: 1)
        fixture.end("b", fixture.key(1))
        #expect(fixture.board.owner(of: fixture.key(0, 2)) == nil, "a and b are free")
        fixture.reportAll("c", task: 2)
        fixture.end("c", fixture.key(2))
        #expect(fixture.board.owner(of: fixture.key(0, 2)) == "c")
    }

    @Test func `one key under many names is one that fails a task`() {
        var policy = TaskBoard.Policy()
        policy.failuresOfTask = 2
        var fixture = fixture(taskCount: 1, policy: policy)
        fixture.end("a", fixture.key(0), .error)
        #expect(fixture.board.counts == TaskCounts(running: 1), "the only key tries once more")
        fixture.end(fixture.board.owner(of: fixture.key(0, 2))!, fixture.key(0, 2), .error)
        #expect(fixture.board.counts == TaskCounts(failed: 1), "failed twice under it, and nobody else is there")
    }

    @Test func `quarantine meets all names of a key, also later ones`() {
        var fixture = fixture(taskCount: 4, others: ["c"])
        fixture.end("a", fixture.key(0), .error)
        fixture.end("b", fixture.key(1), .error)
        let owner = fixture.board.owner(of: fixture.key(3))!
        let actions = fixture.end(owner, fixture.key(3), .error)
        #expect(actions.contains(.reportQuarantined("a")) && actions.contains(.reportQuarantined("b")))
        fixture.board.bind("d", to: Self.key)
        fixture.hello("d")
        #expect(fixture.board.workerStatuses(at: .seconds(0)).first { $0.id == "d" }?.standing == .quarantined)
    }

    @Test func `nobody audits what was trained under his key while others are there`() {
        var policy = TaskBoard.Policy()
        policy.auditShare = 1
        var fixture = fixture(taskCount: 1, policy: policy)
        fixture.reportAll("a", task: 0)
        fixture.end("a", fixture.key(0))
        #expect(fixture.board.owner(of: fixture.key(0, 2)) != nil, "alone, the key audits itself")
        var withOther = self.fixture(taskCount: 2, others: ["c"], policy: policy)
        let author = withOther.board.owner(of: withOther.key(0))!
        withOther.reportAll(author, task: 0)
        withOther.end(author, withOther.key(0))
        let auditor = withOther.board.owner(of: withOther.key(0, 2))
        #expect(auditor == (author == "c" ? "b" : "c"))
    }

    @Test func `that a loss is not finite is believed of two keys where there are two`() {
        var fixture = fixture(taskCount: 1, others: ["c"])
        fixture.end("a", fixture.key(0), .diverged)
        #expect(fixture.board.counts == TaskCounts(running: 1))
        #expect(fixture.board.owner(of: fixture.key(0, 2)) == "c")
        fixture.end("c", fixture.key(0, 2), .diverged)
        #expect(fixture.board.counts == TaskCounts(failed: 1))
        var alone = self.fixture(taskCount: 1)
        alone.end("a", alone.key(0), .diverged)
        #expect(alone.board.counts == TaskCounts(failed: 1), "a second name is no second key")
    }

    @Test func `when a key ends, the tasks of all its workers go on elsewhere at once, and what they delivered stays`()
    {
        var fixture = fixture(taskCount: 3, others: ["c"])
        fixture.report("a", fixture.key(0), fixture.record(0, 1))
        let actions = fixture.handle(.keyEnded(Self.key), at: 1)
        let end = AttemptEnd(outcome: .workerLost, reason: "its key was revoked", seconds: 0)
        for task in 0...1 { #expect(actions.contains(.store(.attemptEnded(fixture.key(task), end)))) }
        #expect(actions.contains(.reportLost("a", reason: "its key was revoked")))
        #expect(actions.contains(.reportLost("b", reason: "its key was revoked")))
        #expect(fixture.board.counts == TaskCounts(waiting: 2, running: 1))
        fixture.reportAll("c", task: 2)
        fixture.end("c", fixture.key(2))
        #expect(fixture.board.owner(of: fixture.key(0, 2)) == "c")
        #expect(fixture.board.status(ofTask: 0).epochs == 1)
    }

    @Test func `a key whose last worker left begins anew`() {
        var fixture = fixture(taskCount: 3, others: ["c"])
        let actions = fixture.end("a", fixture.key(0), .unfit)
        #expect(actions.contains(.reportQuarantined("b")))
        _ = fixture.handle(.received(.goodbye, from: "a"), at: 1)
        fixture.reportAll("b", task: 1)
        fixture.end("b", fixture.key(1))
        _ = fixture.handle(.received(.goodbye, from: "b"), at: 2)
        fixture.board.bind("d", to: Self.key)
        fixture.hello("d")
        #expect(fixture.board.workerStatuses(at: .seconds(2)).first { $0.id == "d" }?.standing == .live)
    }
}
