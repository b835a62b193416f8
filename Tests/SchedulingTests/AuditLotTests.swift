import Experiment
import Messages
import Scheduling
import Simulation
import Status
import Testing

/// Who checks whom is drawn by lot among keys: nobody can bring it about, by slots or by being quick.
struct AuditLotTests {
    private static let names: [WorkerID] = ["w1", "w2", "w3", "w4", "w5", "w6", "w7"]

    private static func key(of worker: WorkerID) -> WorkerKey { WorkerKey(ofPublicKey: worker.rawValue.utf8) }

    private static func fixture(taskCount: Int, secret: String = "secret") -> BoardFixture {
        var policy = TaskBoard.Policy()
        policy.auditShare = 1
        policy.auditSecret = secret
        policy.workersMayJoin = true
        return BoardFixture(taskCount: taskCount, policy: policy)
    }

    private static func join(_ worker: WorkerID, slots: Int = 1, _ fixture: inout BoardFixture) {
        fixture.board.bind(worker, to: key(of: worker))
        fixture.hello(worker, slots: slots)
    }

    private static func forget(_ worker: WorkerID, _ fixture: inout BoardFixture) -> [TaskBoard.Action] {
        let request = SweepRequest.forget(key(of: worker), reason: "revoked by me")
        return fixture.handle(.requestArrived(RequestID(rawValue: 1), request), at: 0)
    }

    // MARK: The lots

    @Test func `each key is drawn as often, and the same one each time`() {
        let candidates = Self.names.map { WorkerIdentity.key(Self.key(of: $0)) }
        var lots = AuditLots(secret: "secret"), again = AuditLots(secret: "secret"), other = AuditLots(secret: "other")
        var counts: [WorkerIdentity: Int] = [:], sameCount = 0
        for number in 0..<7_000 {
            let task = PretendTraining.task(number, epochs: 1).id
            let drawn = lots.draw(for: task, among: candidates)!
            #expect(again.draw(for: task, among: candidates.reversed()) == drawn)
            counts[drawn, default: 0] += 1
            if other.draw(for: task, among: candidates) == drawn { sameCount += 1 }
            let rest = candidates.filter { $0 != drawn }
            let next = lots.draw(for: task, among: rest)!
            #expect(lots.draw(for: task, among: [drawn, next]) == drawn, "who drops out changes no other one")
        }
        // Five deviations of 29.
        #expect(counts.values.allSatisfy { (850...1_150).contains($0) }, "\(counts)")
        #expect((850...1_150).contains(sameCount), "another secret, other lots")
        #expect(lots.draw(for: PretendTraining.task(0, epochs: 1).id, among: []) == nil)
    }

    // MARK: Two that lie

    /// Of seven keys w1 and w2 lie. They say that they have many slots, and train most tasks.
    @Test func `two keys that lie and have most of the free slots check each other no more often than chance has it`() {
        var fixture = Self.fixture(taskCount: 150)
        let liars: Set<WorkerID> = ["w1", "w2"]
        for name in Self.names { Self.join(name, slots: liars.contains(name) ? 16 : 1, &fixture) }
        var checkCount = 0, accompliceCount = 0
        while true {
            let running = fixture.board.workerStatuses(at: .seconds(0)).flatMap { worker in
                worker.attempts.map { (worker: worker.id, attempt: $0) }
            }
            guard !running.isEmpty else { break }
            for (worker, running) in running {
                let task = running.ordinal, attempt = running.attempt.rawValue
                if running.isAudit {
                    let author = fixture.board.owner(of: fixture.key(task))!
                    #expect(worker != author)
                    if liars.contains(author) { checkCount += 1 }
                    if liars.isSuperset(of: [author, worker]) { accompliceCount += 1 }
                    fixture.reportAgain(worker, task: task, attempt: attempt)
                } else {
                    fixture.reportAll(worker, task: task)
                }
                fixture.end(worker, fixture.key(task, attempt))
            }
        }
        #expect(fixture.board.auditCounts.done == 150)
        #expect(checkCount > 100, "else it shows little")
        // A sixth; 20 is five deviations.
        #expect((1...checkCount / 6 + 20).contains(accompliceCount), "\(accompliceCount) of \(checkCount)")
    }

    // MARK: Whose turn it is

    /// Task 0 is w1's, and all others are busy with a task each. The second of the two has the lot.
    private static func waiting() throws -> (fixture: BoardFixture, drawn: WorkerID, others: [WorkerID]) {
        var fixture = fixture(taskCount: 4)
        for name in names.prefix(4) { join(name, &fixture) }
        fixture.reportAll("w1", task: 0)
        var fork = fixture
        fork.end("w1", fork.key(0))
        for task in 1...3 {
            let owner = try #require(fork.board.owner(of: fork.key(task)))
            fork.reportAll(owner, task: task)
            fork.end(owner, fork.key(task))
        }
        let drawn = try #require(fork.board.owner(of: fork.key(0, 2)))
        fixture.end("w1", fixture.key(0))
        return (fixture, drawn, names[1...3].filter { $0 != drawn })
    }

    private static func finishFirst(of worker: WorkerID, _ fixture: inout BoardFixture) {
        let task = (1...3).first { fixture.board.owner(of: fixture.key($0)) == worker }!
        fixture.reportAll(worker, task: task)
        fixture.end(worker, fixture.key(task))
        // So that no other audit is in the way.
        fixture.hello(worker, slots: 8)
    }

    @Test func `a task waits for the key that was drawn, though others have free slots`() throws {
        let (start, drawn, others) = try Self.waiting()
        var fixture = start
        Self.join("w5", slots: 16, &fixture)
        for other in others { Self.finishFirst(of: other, &fixture) }
        #expect(fixture.board.owner(of: fixture.key(0, 2)) == nil)
        Self.finishFirst(of: drawn, &fixture)
        #expect(fixture.board.owner(of: fixture.key(0, 2)) == drawn)
    }

    @Test(arguments: ["leaves", "is lost", "is drained", "is revoked", "is believed no more"])
    func `another one is drawn when the one that was drawn takes no tasks any more`(how: String) throws {
        let (start, drawn, others) = try Self.waiting()
        var fixture = start
        for other in others { Self.finishFirst(of: other, &fixture) }
        #expect(fixture.board.owner(of: fixture.key(0, 2)) == nil)
        switch how {
        case "leaves": _ = fixture.handle(.received(.goodbye, from: drawn), at: 0)
        case "is lost": _ = fixture.handle(.workerVanished(drawn), at: 0)
        case "is drained":
            _ = fixture.handle(.requestArrived(RequestID(rawValue: 1), .drain(drawn)), at: 0)
        case "is revoked": _ = fixture.handle(.keyEnded(Self.key(of: drawn)), at: 0)
        default: _ = Self.forget(drawn, &fixture)
        }
        let next = try #require(fixture.board.owner(of: fixture.key(0, 2)))
        #expect(others.contains(next))
    }

    @Test func `a key that gives an audit back three times is asked no more, and another one is`() throws {
        let (start, drawn, others) = try Self.waiting()
        var fixture = start
        for worker in others + [drawn] { Self.finishFirst(of: worker, &fixture) }
        for attempt in 2...4 {
            #expect(fixture.board.owner(of: fixture.key(0, attempt)) == drawn)
            fixture.end(drawn, fixture.key(0, attempt), .preempted)
        }
        let next = try #require(fixture.board.owner(of: fixture.key(0, 5)))
        #expect(others.contains(next))
    }

    @Test func `an audit is given up when three keys have failed it three times each, or all there are`() throws {
        var (fixture, _, _) = try Self.waiting()
        fixture.hello("w1", slots: 8)
        for worker in Self.names[1...3] { Self.finishFirst(of: worker, &fixture) }
        // Those of the other tasks.
        for task in 1...3 {
            let auditor = try #require(fixture.board.owner(of: fixture.key(task, 2)))
            fixture.reportAgain(auditor, task: task, attempt: 2)
            fixture.end(auditor, fixture.key(task, 2))
        }
        var failed: [WorkerID] = []
        for attempt in 2...10 {
            let auditor = try #require(fixture.board.owner(of: fixture.key(0, attempt)))
            failed.append(auditor)
            let actions = fixture.end(auditor, fixture.key(0, attempt), .killed)
            #expect(actions.contains(.end(.finished)) == (attempt == 10))
        }
        #expect(Set(failed) == Set(Self.names[1...3]))
        #expect(fixture.board.auditCounts.missing == 1)
    }

    @Test func `a dispute is the turn of the owner's own host, where that takes tasks`() throws {
        let local: WorkerID = "local-1"
        var disputeCount = 0
        for number in 0..<20 {
            var policy = TaskBoard.Policy()
            policy.auditShare = 1
            policy.auditSecret = "secret \(number)"
            policy.workersMayJoin = true
            let standings = KeyStandings(trusted: [Self.key(of: local)])
            var fixture = BoardFixture(taskCount: 1, standings: standings, policy: policy)
            for name in Self.names + [local] { Self.join(name, &fixture) }
            fixture.reportAll("w1", task: 0)
            fixture.end("w1", fixture.key(0))
            let second = try #require(fixture.board.owner(of: fixture.key(0, 2)))
            guard second != local else { continue }
            fixture.reportAgain(second, task: 0, attempt: 2, wrong: [1])
            fixture.end(second, fixture.key(0, 2))
            #expect(fixture.board.owner(of: fixture.key(0, 3)) == local)
            disputeCount += 1
        }
        #expect(disputeCount > 10)
    }

    // MARK: Restarts

    /// Task 0 is w1's and wants an audit; w2, w3 and w4 were there, too.
    private static func restored(secret: String = "secret", number: Int = 0) -> TaskBoard {
        var task = TaskBoard.RestoredTask(task: PretendTraining.task(number, epochs: 2))
        task.history = TaskHistory(
            epochs: [1, 2], attempts: [.init(worker: "w1", key: key(of: "w1"), outcome: .completed)], lastProgress: 1)
        task.history.authors = [Attempt(rawValue: 1), Attempt(rawValue: 1)]
        var policy = TaskBoard.Policy()
        policy.auditShare = 1
        policy.auditSecret = secret
        policy.workersMayJoin = true
        let keys = Dictionary(uniqueKeysWithValues: names.prefix(4).map { ($0, key(of: $0)) })
        return TaskBoard(
            sweep: "pretend", tasks: [task], keys: keys, pastWorkers: Array(names.prefix(4)), policy: policy,
            now: .seconds(0))
    }

    private static func hello(_ worker: WorkerID, at seconds: Double, _ board: inout TaskBoard) -> [WorkerID] {
        let hello = WorkerMessage.hello(slots: 16, facts: BoardFixture.facts, running: [])
        let actions = board.handle(.received(hello, from: worker), at: .seconds(seconds)) + board.endIfDone()
        board.checkInvariants()
        return auditors(in: actions)
    }

    private static func auditors(in actions: [TaskBoard.Action]) -> [WorkerID] {
        actions.compactMap { action in
            guard case .store(.attemptStarted(_, let worker, _)) = action else { return nil }
            return worker
        }
    }

    @Test func `after a restart the same key is drawn, whoever comes back first`() {
        var drawn: Set<WorkerID> = []
        for order in [["w2", "w3", "w4"], ["w3", "w4", "w2"], ["w4", "w2", "w3"]] as [[WorkerID]] {
            var board = Self.restored()
            let auditors = order.flatMap { Self.hello($0, at: 1, &board) }
            #expect(auditors.count == 1)
            drawn.formUnion(auditors)
        }
        #expect(drawn.count == 1)
    }

    @Test func `who does not come back within a lease has no lot any more`() throws {
        // A task that is not w2's turn.
        let number = try #require(
            (0..<20).first { number in
                var board = Self.restored(number: number)
                return Self.hello("w2", at: 1, &board).isEmpty
            })
        var board = Self.restored(number: number)
        #expect(Self.hello("w2", at: 10, &board).isEmpty)
        #expect(board.nextDeadline == .seconds(20))
        let actions = board.handle(.timePassed, at: .seconds(20))
        board.checkInvariants()
        #expect(Self.auditors(in: actions) == ["w2"])
    }
}

/// Tasks that wait for an audit are kept from keys, and are the turn of others.
struct AuditQueueTests {
    private static let a = WorkerIdentity.name("a")
    private static let b = WorkerIdentity.name("b")
    private static let c = WorkerIdentity.name("c")

    @Test func `a key has its disputes first, and what is nobody's turn is found by whom it is kept from`() {
        let both = AuditQueue.Bar(concerned: [Self.a, Self.b], spoken: [Self.b])
        let dispute = AuditQueue.Bar(isDispute: true, concerned: [Self.b], spoken: [Self.b])
        var queue = AuditQueue()
        queue.insert(7, both)
        queue.insert(3, both)
        queue.insert(5, dispute)
        #expect(queue.undrawn(both, withOwn: false) == [3, 7] && queue.undrawn(dispute, withOwn: true) == [5])
        #expect(queue.disputes == [5] && queue.disputeCount == 1)
        for ordinal in [3, 5, 7] { queue.draw(ordinal == 7 ? Self.a : Self.c, for: ordinal) }
        #expect(queue.first(of: Self.c) == 5 && queue.first(of: Self.a) == 7 && queue.first(of: Self.b) == nil)
        #expect(queue.undrawn(both, withOwn: false).isEmpty && queue.undrawn(both, withOwn: true) == [7])
        #expect(queue.firstBrokenInvariant() == nil)
        queue.remove(5)
        #expect(queue.first(of: Self.c) == 3 && queue.disputeCount == 0)
        queue.undrawAll(of: Self.c)
        #expect(!queue.hasTurn(Self.c) && queue.undrawn(both, withOwn: false) == [3])
        #expect(queue.firstBrokenInvariant() == nil)
        for ordinal in [3, 5, 7, 9] { queue.remove(ordinal) }
        #expect(queue.isEmpty && queue.bars.isEmpty && !queue.hasTurn(Self.a))
    }
}
