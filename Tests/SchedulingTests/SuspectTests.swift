import Experiment
import Messages
import Scheduling
import Simulation
import Status
import Testing

/// Behind somebody else's state a wrong record convicts nobody alone; the records of two tasks together may.
struct SuspectTests {
    private static func key(of worker: WorkerID) -> WorkerKey { WorkerKey(ofPublicKey: worker.rawValue.utf8) }

    private static func tasks() -> [TaskBoard.RestoredTask] {
        (0..<2).map { TaskBoard.RestoredTask(task: PretendTraining.task($0, epochs: 4)) }
    }

    private static func fixture(_ tasks: [TaskBoard.RestoredTask]) -> BoardFixture {
        var policy = TaskBoard.Policy()
        policy.trustsCheckpoints = false
        policy.workersMayJoin = true
        policy.auditShare = 1
        return BoardFixture(tasks, policy: policy)
    }

    private static func join(_ worker: WorkerID, slots: Int = 1, _ fixture: inout BoardFixture) {
        fixture.board.bind(worker, to: key(of: worker))
        fixture.hello(worker, slots: slots)
    }

    /// The worker brings epochs of an attempt; those from `wrong` on are not what they should be.
    private static func bring(
        _ epochs: ClosedRange<Int>, of task: Int, _ attempt: Int, by worker: WorkerID, wrongFrom wrong: Int = .max,
        _ fixture: inout BoardFixture
    ) {
        for epoch in epochs {
            let record = epoch < wrong ? fixture.record(task, epoch) : fixture.wrongRecord(task, epoch)
            fixture.report(worker, fixture.key(task, attempt), record)
        }
    }

    private static func handOver(
        epoch: Int, of task: Int, _ attempt: Int, by worker: WorkerID, _ fixture: inout BoardFixture
    ) {
        let content = PretendTraining.checkpoint(of: fixture.tasks[task], epoch: epoch)
        let key = fixture.key(task, attempt)
        _ = fixture.handle(.received(.checkpointPiece(key, content.piece(at: 0, limit: 40)), from: worker), at: 0)
        _ = fixture.handle(.checkpointSaved(key, content.label), at: 0)
    }

    /// Audits of the task, until nobody owes one.
    private static func audit(_ task: Int, from first: Int, _ fixture: inout BoardFixture) -> [TaskBoard.Action] {
        var actions: [TaskBoard.Action] = []
        var attempt = first
        while let worker = fixture.board.owner(of: fixture.key(task, attempt)) {
            fixture.reportAgain(worker, task: task, attempt: attempt)
            actions += fixture.end(worker, fixture.key(task, attempt))
            attempt += 1
        }
        return actions
    }

    private static func liars(in actions: [TaskBoard.Action]) -> [WorkerID] {
        actions.flatMap { action -> [WorkerID] in
            guard case .reportLiar(let liar) = action else { return [] }
            return liar.workers
        }
    }

    // MARK: Two states

    /// Both tasks begin with the liar, whose states after epoch 2 are forged; b and c go on from them.
    private static func twoForged() throws -> (fixture: BoardFixture, heirs: [WorkerID]) {
        var fixture = fixture(tasks())
        join("liar", slots: 2, &fixture)
        for task in 0..<2 {
            bring(1...2, of: task, 1, by: "liar", &fixture)
            handOver(epoch: 2, of: task, 1, by: "liar", &fixture)
        }
        for worker in ["b", "c"] as [WorkerID] { join(worker, &fixture) }
        _ = fixture.handle(.workerVanished("liar"), at: 0)
        let heirs = try (0..<2).map { try #require(fixture.board.owner(of: fixture.key($0, 2))) }
        for (task, heir) in heirs.enumerated() { bring(3...4, of: task, 2, by: heir, wrongFrom: 4, &fixture) }
        for worker in ["b", "c"] as [WorkerID] { fixture.hello(worker, slots: 3) }
        for worker in ["d", "e"] as [WorkerID] { join(worker, slots: 2, &fixture) }
        return (fixture, heirs)
    }

    @Test func `who forges the states of two tasks is named when both are trained again, and no sooner`() throws {
        let (start, heirs) = try Self.twoForged()
        var fixture = start
        #expect(heirs[0] != heirs[1])
        fixture.end(heirs[0], fixture.key(0, 2))
        #expect(Self.liars(in: Self.audit(0, from: 3, &fixture)).isEmpty)
        fixture.end(heirs[1], fixture.key(1, 2))
        #expect(Self.liars(in: Self.audit(1, from: 3, &fixture)) == ["liar"])
    }

    // MARK: After a restart

    /// A task as the journal has it whose records were replaced by those of d, which e has confirmed.
    ///
    /// - Parameter line: workers of which each went on from the state of the one before, after one epoch more, and
    ///   whose first wrong epoch each is.
    private static func replaced(_ task: TaskBoard.RestoredTask, _ line: [(worker: WorkerID, wrong: [Int])])
        -> TaskBoard.RestoredTask
    {
        var restored = task
        var attempts = line.enumerated().map { place, each in
            var execution = TaskHistory.Execution(worker: each.worker, key: key(of: each.worker), outcome: .preempted)
            if place > 0 { execution.origin = CheckpointOrigin(epoch: place, author: Attempt(rawValue: place)) }
            execution.differing = Dictionary(
                uniqueKeysWithValues: each.wrong.map {
                    ($0, PretendTraining.wrongRecord(of: task.task, epoch: $0).digest)
                })
            return execution
        }
        for worker in ["d", "e"] as [WorkerID] {
            var execution = TaskHistory.Execution(worker: worker, key: key(of: worker), outcome: .completed)
            execution.isAudit = true
            if worker == "e" { execution.confirmed = [1, 2, 3, 4] }
            attempts.append(execution)
        }
        let winner = line.count + 1
        restored.history = TaskHistory(epochs: [1, 2, 3, 4], attempts: attempts, lastProgress: winner)
        restored.history.authors = (1...4).map { _ in Attempt(rawValue: winner) }
        return restored
    }

    @Test func `an honest one between a liar's state and its own heir is not named after a restart`() throws {
        var tasks = Self.tasks()
        tasks[0] = Self.replaced(tasks[0], [("liar", []), ("honest", [2]), ("heir", [3, 4])])
        var fixture = Self.fixture(tasks)
        // Another one spoils the other task, all alone.
        Self.join("other", &fixture)
        Self.bring(1...4, of: 1, 1, by: "other", wrongFrom: 2, &fixture)
        for worker in ["d", "e"] as [WorkerID] { Self.join(worker, &fixture) }
        fixture.end("other", fixture.key(1))
        #expect(Self.liars(in: Self.audit(1, from: 2, &fixture)) == ["other"])
    }

    @Test func `what a liar's state spoiled before a restart counts after it`() throws {
        var tasks = Self.tasks()
        tasks[0] = Self.replaced(tasks[0], [("liar", []), ("honest", [2, 3, 4])])
        var fixture = Self.fixture(tasks)
        Self.join("liar", &fixture)
        Self.bring(1...2, of: 1, 1, by: "liar", &fixture)
        Self.handOver(epoch: 2, of: 1, 1, by: "liar", &fixture)
        Self.join("b", &fixture)
        _ = fixture.handle(.workerVanished("liar"), at: 0)
        #expect(fixture.board.owner(of: fixture.key(1, 2)) == "b")
        Self.bring(3...4, of: 1, 2, by: "b", wrongFrom: 3, &fixture)
        for worker in ["d", "e"] as [WorkerID] { Self.join(worker, &fixture) }
        fixture.end("b", fixture.key(1, 2))
        #expect(Self.liars(in: Self.audit(1, from: 3, &fixture)) == ["liar"])
    }
}
