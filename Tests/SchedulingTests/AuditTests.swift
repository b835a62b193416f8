import Experiment
import Messages
import Scheduling
import Simulation
import Status
import Testing

/// An audit trains finished tasks again, on another worker where there is one.
struct AuditTests {
    private static func fixture(taskCount: Int = 1, share: Double = 1) -> BoardFixture {
        var policy = TaskBoard.Policy()
        policy.auditShare = share
        return BoardFixture(taskCount: taskCount, policy: policy)
    }

    @Test func `a finished task goes to another worker; its records are compared, and then the sweep ends`() {
        var fixture = Self.fixture()
        fixture.hello("a", slots: 2)
        fixture.reportAll("a", task: 0)
        #expect(fixture.end("a", fixture.key(0)).suffix(2) == fixture.dispatch(0, 2, to: "a"), "a is alone")

        var two = Self.fixture()
        two.hello("a", slots: 2)
        two.hello("b")
        two.reportAll("a", task: 0)
        #expect(two.end("a", two.key(0)).suffix(2) == two.dispatch(0, 2, to: "b"))
        let record = two.record(0, 1)
        #expect(
            two.report("b", two.key(0, 2), record) == [
                .compareRecord(two.key(0, 2), record, isAnothers: true),
                .send(.recordStored(two.key(0, 2), epoch: 1), to: "b"),
            ])
        two.reportAgain("b", task: 0, attempt: 2)
        #expect(two.end("b", two.key(0, 2)).last == .end(.finished))
    }

    /// The program and the ids are public: a worker that knew the rest could lie where nobody looks.
    @Test func `which tasks are trained again follows from a secret, and from nothing that a worker knows`() {
        let ids = (0..<1000).map {
            TaskID(rawValue: String(ContentDigest(of: [UInt8($0 % 256), UInt8($0 / 256)]).rawValue.prefix(32)))!
        }
        func chosen(_ secret: String) -> Set<TaskID> {
            var policy = TaskBoard.Policy()
            policy.auditShare = 0.2
            policy.auditSecret = secret
            return Set(ids.filter(policy.audits))
        }
        let (one, other) = (chosen("one"), chosen("other"))
        #expect(one == chosen("one"), "also after a restart")
        for choice in [one, other] { #expect((140...260).contains(choice.count), "a fifth, by five deviations") }
        // As much in common as chance has it: a fifth of a fifth.
        #expect((10...80).contains(one.intersection(other).count))
        #expect((10...80).contains(one.intersection(chosen("")).count))
    }

    @Test func `an audit that brings fewer records than the task has epochs is none`() {
        var fixture = Self.fixture()
        fixture.hello("a", slots: 2)
        fixture.hello("b")
        fixture.reportAll("a", task: 0)
        fixture.end("a", fixture.key(0))
        fixture.report("b", fixture.key(0, 2), fixture.record(0, 1))
        let compared = ComparedRecord(attempt: fixture.key(0, 2), epoch: 1)
        _ = fixture.handle(.recordCompared(compared), at: 0)
        let end = AttemptEnd(outcome: .error, reason: "ended before its last record", seconds: 3)
        let actions = fixture.end("b", fixture.key(0, 2))
        #expect(actions.first == .store(.attemptEnded(fixture.key(0, 2), end)))
        #expect(actions.suffix(2) == fixture.dispatch(0, 3, to: "b"), "and it is tried again")
    }

    @Test func `an audit that does not tell which images are right is none either, and nobody's failure`() {
        var fixture = Self.fixture()
        fixture.hello("a", slots: 2)
        fixture.hello("b")
        fixture.reportAll("a", task: 0)
        fixture.end("a", fixture.key(0))
        fixture.reportAll("b", task: 0, attempt: 2)
        for epoch in 1...2 {
            let compared = ComparedRecord(attempt: fixture.key(0, 2), epoch: epoch, isSilent: epoch == 2)
            _ = fixture.handle(.recordCompared(compared), at: 0)
        }
        let end = AttemptEnd(
            outcome: .cancelled,
            reason: "its worker is of an earlier version, which does not tell which images are right", seconds: 3)
        let actions = fixture.end("b", fixture.key(0, 2))
        #expect(actions.first == .store(.attemptEnded(fixture.key(0, 2), end)))
        #expect(actions.suffix(2) == fixture.dispatch(0, 3, to: "b"), "and it is tried again")
    }

    @Test func `waiting tasks come first, and a share of 0 audits nothing`() {
        var fixture = Self.fixture(taskCount: 2)
        fixture.hello("a")
        fixture.reportAll("a", task: 0)
        #expect(fixture.end("a", fixture.key(0)).suffix(2) == fixture.dispatch(1, to: "a"))
        fixture.reportAll("a", task: 1)
        #expect(fixture.end("a", fixture.key(1)).suffix(2) == fixture.dispatch(0, 2, to: "a"))

        var none = Self.fixture(share: 0)
        none.hello("a")
        none.reportAll("a", task: 0)
        #expect(none.end("a", none.key(0)).last == .end(.finished))
    }

    @Test func `an audit whose worker is lost is tried again, three times at most, and undoes nothing`() {
        var fixture = Self.fixture()
        fixture.hello("a")
        fixture.reportAll("a", task: 0)
        #expect(fixture.end("a", fixture.key(0)).suffix(2) == fixture.dispatch(0, 2, to: "a"))
        for attempt in 2...4 {
            let actions = fixture.end("a", fixture.key(0, attempt), .killed)
            let next = fixture.dispatch(0, attempt + 1, to: "a")
            #expect(attempt < 4 ? Array(actions.suffix(2)) == next : actions.last == .end(.finished))
        }
        #expect(fixture.board.counts == TaskCounts(done: 1))
    }

    @Test func `audits that the author failed do not use up those of others, and it is not asked a fourth time`() {
        var fixture = Self.fixture(taskCount: 2)
        // Its other slot has task 1 all the time.
        fixture.hello("a", slots: 2)
        fixture.reportAll("a", task: 0)
        fixture.end("a", fixture.key(0))
        for attempt in 2...4 {
            #expect(fixture.board.owner(of: fixture.key(0, attempt)) == "a", "it is alone")
            fixture.end("a", fixture.key(0, attempt), .killed)
        }
        #expect(fixture.board.owner(of: fixture.key(0, 5)) == nil)
        fixture.hello("b")
        for attempt in 5...6 {
            #expect(fixture.board.owner(of: fixture.key(0, attempt)) == "b")
            fixture.end("b", fixture.key(0, attempt), .killed)
        }
        var failing = fixture
        failing.end("b", fixture.key(0, 7), .killed)
        #expect(failing.board.owner(of: fixture.key(0, 8)) == nil)
        failing.hello("c")
        #expect(failing.board.owner(of: fixture.key(0, 8)) == "c", "those of another one do not, either")
        fixture.reportAgain("b", task: 0, attempt: 7)
        fixture.end("b", fixture.key(0, 7))
        #expect(fixture.board.auditCounts.done == 1)
    }

    @Test func `audits that a key failed which is believed no more do not use up those of others`() throws {
        var fixture = Self.fixture()
        let keys = ["a", "b", "c"].map { WorkerKey(ofPublicKey: $0.utf8) }
        for (worker, key) in zip(["a", "b", "c"] as [WorkerID], keys) {
            fixture.board.bind(worker, to: key)
            fixture.hello(worker)
        }
        fixture.reportAll("a", task: 0)
        fixture.end("a", fixture.key(0))
        let first = try #require(fixture.board.owner(of: fixture.key(0, 2)))
        let other: WorkerID = first == "b" ? "c" : "b"
        for attempt in 2...3 { fixture.end(first, fixture.key(0, attempt), .killed) }
        #expect(fixture.board.owner(of: fixture.key(0, 4)) == first)
        let forget = SweepRequest.forget(WorkerKey(ofPublicKey: first.rawValue.utf8), reason: "revoked by me")
        let asked = fixture.handle(.requestArrived(RequestID(rawValue: 1), forget), at: 1)
        #expect(asked.contains(.send(.stop(fixture.key(0, 4)), to: first)), "so that none of its three came to its end")
        for attempt in 5...6 {
            #expect(fixture.board.owner(of: fixture.key(0, attempt)) == other)
            fixture.end(other, fixture.key(0, attempt), .killed, at: 2)
        }
        fixture.reportAgain(other, task: 0, attempt: 7, at: 3)
        #expect(fixture.end(other, fixture.key(0, 7), at: 3).last == .end(.finished))
        #expect(fixture.board.auditCounts.done == 1)
    }

    @Test func `a stop drops the audits: every task is done`() {
        var fixture = Self.fixture()
        fixture.hello("a")
        fixture.reportAll("a", task: 0)
        fixture.end("a", fixture.key(0))
        #expect(fixture.handle(.stopRequested, at: 1) == [.send(.stop(fixture.key(0, 2)), to: "a")])
        #expect(fixture.end("a", fixture.key(0, 2), .cancelled).last == .end(.finished))
    }

    @Test func `a restored board audits what has not been: another one's completed attempt was the audit`() {
        for (workers, isAudited) in [(["a"], false), (["a", "a"], false), (["a", "c"], true)] {
            var restored = TaskBoard.RestoredTask(task: PretendTraining.task(0, epochs: 2))
            restored.history = TaskHistory(
                epochs: [1, 2], attempts: workers.map { .init(worker: WorkerID(rawValue: $0)!, outcome: .completed) },
                lastProgress: 1)
            var policy = TaskBoard.Policy()
            policy.auditShare = 1
            var fixture = BoardFixture([restored], policy: policy)
            let actions = fixture.hello("b")
            #expect(actions.contains(.end(.finished)) == isAudited)
        }
    }
}
