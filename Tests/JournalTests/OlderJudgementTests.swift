import Experiment
import Foundation
import Journal
import Messages
import Scheduling
import Status
import TestSupport
import Testing

/// Journals of earlier versions in which a worker lied. `make-judged` beside the fixtures tells the story, by the names
/// of its workers.
struct OlderJudgementTests {
    private let directory = TemporaryDirectory()

    private func open(_ fixture: String) throws -> (run: RunDirectory, reader: JournalReader) {
        let run = directory.run()
        try Fixtures.copy(fixture, to: run.path)
        return (run, try JournalReader(of: run))
    }

    @Test(arguments: try Fixtures.judgedRuns)
    func `who lied, who is vouched for and whose results are not wanted is known by key`(fixture: String) throws {
        let state = try open(fixture).reader.state()
        let verdicts = state.verdicts
        // Whether `honest-3` came to be vouched for is left to who was the first.
        for (name, verdict) in [
            "honest-1": KeyJudgement.Verdict.vouched, "honest-2": .vouched, "lent": .forgotten, "liar": .lied,
        ] {
            let key = try #require(state.keys.first { $0.key.rawValue == name }).value
            #expect(verdicts[key] == verdict, "\(name)")
        }
        #expect(state.progress.liars.map { $0.workers.map(\.rawValue) } == [["liar"]])
        #expect(state.judgements.count { $0.reason == "revoked by root: lent no more" && $0.task == nil } == 1)
        let proof = try #require(state.judgements.first { $0.verdict == .lied })
        let task = try #require(proof.task)
        #expect(proof.reason == "records of task \(task) came out other than under the other keys")
    }

    @Test(arguments: try Fixtures.judgedRuns)
    func `what the liar delivered stands beside the records that took its place`(fixture: String) throws {
        let reader = try open(fixture).reader
        let state = try reader.state()
        let replacements = try reader.read { try $0.replacements() }
        let lie = AttemptKey(
            task: try #require(replacements.first).task, attempt: try #require(replacements.first).replaced)
        let (task, history) = try #require(
            zip(state.plan.tasks, state.histories).first { $0.0.id == lie.task })
        let every = 1...task.parameters.epochs
        #expect(replacements.map(\.epoch) == Array(every))
        #expect(replacements.allSatisfy { $0.task == lie.task && $0.replaced == lie.attempt })
        #expect(history.attempts[lie.attempt.rawValue - 1].worker.rawValue == "liar")
        // As its digest was when it was stored, and is today.
        let disagreements = try reader.read { try $0.disagreements(of: lie) }
        #expect(replacements.map(\.digest) == disagreements.map(\.delivered.digest))
        #expect(disagreements.map(\.committed) == (try reader.allRecords()[lie.task]))
        let author = try #require(replacements.first).by
        #expect(history.authors == every.map { _ in author })
        #expect(history.attempts[author.rawValue - 1].worker.rawValue.hasPrefix("honest-"))
        // Another key came to the same, which is what decided it.
        let witnesses = history.attempts.filter { $0.confirmed == Set(every) }
        #expect(!witnesses.isEmpty && witnesses.allSatisfy { $0.worker.rawValue.hasPrefix("honest-") })
        let executions = state.histories.flatMap(\.attempts)
        #expect(
            executions.allSatisfy { $0.differing.keys.sorted() == ($0.worker.rawValue == "liar" ? Array(every) : []) })
    }

    @Test(arguments: try Fixtures.judgedRuns)
    func `who went on from whose state is kept, and which state was blamed`(fixture: String) throws {
        let history = try #require(try open(fixture).reader.state().histories.first)
        let attempts = history.attempts.prefix(4)
        #expect(attempts.map(\.worker.rawValue) == ["lent", "honest-1", "honest-1", "honest-2"])
        #expect(attempts.map(\.outcome) == [.cancelled, .killed, .cancelled, .completed])
        #expect(attempts.map(\.hasBlamedCheckpoint) == [true, false, false, false])
        #expect(attempts.map(\.isExcused) == [false, true, false, false])
        #expect(attempts.map(\.origin?.author?.rawValue) == [nil, 1, nil, 3])
        // Who had no hand in it trained it again, and came to the same.
        let strangers = history.attempts.dropFirst(4)
        #expect(strangers.contains { $0.confirmed == Set(history.epochs) && $0.worker.rawValue == "honest-3" })
    }

    @Test(arguments: try Fixtures.judgedRuns)
    func `a journal with a verdict keeps all of it when it is brought up to date`(fixture: String) throws {
        let (run, reader) = try open(fixture)
        let (state, records, attempts) = (try reader.state(), try reader.allRecords(), try reader.allAttempts())
        let replacements = try reader.read { try $0.replacements() }
        let lies = try reader.read { try $0.attemptsOfLiars() }
        #expect(!lies.isEmpty)
        let disagreements = try lies.map { lie in try reader.read { try $0.disagreements(of: lie) } }
        try Journal.open(in: run).close()
        let today = try JournalReader(of: run)
        #expect(try today.state() == state)
        #expect(try today.allRecords() == records && today.allAttempts() == attempts)
        #expect(try today.read { try $0.replacements() } == replacements)
        #expect(try today.read { try $0.attemptsOfLiars() } == lies)
        #expect(try lies.map { lie in try today.read { try $0.disagreements(of: lie) } } == disagreements)
    }

    // MARK: A board that goes on from it

    /// The board of a coordinator that finds the checkpoint of the last task, which waits.
    private func board(_ state: JournalState, share: Double = 0) throws -> (board: TaskBoard, label: CheckpointLabel) {
        let kept = try #require(state.histories.last?.checkpoint)
        let label = CheckpointLabel(epoch: kept.epoch, byteCount: 1, digest: kept.digest)
        let stored = StoredSweep(state, checkpoints: [try #require(state.plan.tasks.last).id: label])
        var policy = TaskBoard.Policy()
        policy.auditShare = share
        policy.workersMayJoin = true
        policy.trustsCheckpoints = false
        return (TaskBoard(restoring: stored, trusted: [], policy: policy, at: .init(sinceOrigin: .zero)), label)
    }

    /// What a worker of the journal is told that comes back.
    private func answer(to worker: SeenWorker, of board: inout TaskBoard) -> [TaskBoard.Action] {
        let hello = WorkerMessage.hello(slots: worker.slots, facts: worker.facts, running: [])
        defer { board.checkInvariants() }
        return board.handle(.received(hello, from: worker.id), at: .init(sinceOrigin: .zero))
    }

    @Test(arguments: try Fixtures.judgedRuns)
    func `a board that goes on gives work to the honest alone, from the checkpoint of one of them`(
        fixture: String
    ) throws {
        let state = try open(fixture).reader.state()
        var (board, label) = try board(state, share: 1)
        let task = try #require(state.plan.tasks.last)
        #expect(board.counts == TaskCounts(waiting: 1, done: 3) && board.openDisputes.isEmpty)
        #expect(board.auditCounts.wanted == 3 && board.auditCounts.done == 3)
        #expect(board.storedCheckpoints == [task.id: label])
        for worker in state.workers where ["liar", "lent"].contains(worker.id.rawValue) {
            let actions = answer(to: worker, of: &board)
            #expect(!actions.contains { if case .send(.assignment, _) = $0 { true } else { false } })
        }
        #expect(board.workerStatuses(at: .init(sinceOrigin: .zero)).map(\.standing) == [.quarantined, .quarantined])
        let honest = try #require(state.workers.first { $0.id.rawValue == "honest-1" })
        let key = AttemptKey(task: task.id, attempt: Attempt(rawValue: 2))
        #expect(answer(to: honest, of: &board).contains(.send(.assignment(key, task, from: label), to: honest.id)))
    }

    @Test(arguments: try Fixtures.judgedRuns, ["liar", "lent"])
    func `a board that goes on takes no checkpoint of who is believed no more`(fixture: String, name: String) throws {
        var state = try open(fixture).reader.state()
        let key = try #require(state.keys.first { $0.key.rawValue == name }).value
        state.histories[state.histories.count - 1].attempts[0].key = key
        #expect(try board(state).board.storedCheckpoints.isEmpty)
    }
}
