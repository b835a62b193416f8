import Experiment
import Messages
import Scheduling
import Simulation
import Status
import Testing

/// Whoever reads the journal and whoever asks the board must be told the same of each dispute.
struct TaskEvidenceTests {
    private static let task = PretendTraining.task(0, epochs: 2)
    private static let right = PretendTraining.record(of: task, epoch: 2).digest
    private static let wrong = PretendTraining.wrongRecord(of: task, epoch: 2).digest

    private static func key(of worker: WorkerID) -> WorkerKey { WorkerKey(ofPublicKey: worker.rawValue.utf8) }

    /// An execution that came to its end, under the worker's own key.
    private static func execution(_ worker: WorkerID, _ differing: RecordDigest? = nil) -> TaskHistory.Execution {
        var execution = TaskHistory.Execution(worker: worker, key: key(of: worker), outcome: .completed)
        execution.differing = differing.map { [2: $0] } ?? [:]
        return execution
    }

    private static func changed(
        _ execution: TaskHistory.Execution, _ change: (inout TaskHistory.Execution) -> Void
    ) -> TaskHistory.Execution {
        var execution = execution
        change(&execution)
        return execution
    }

    private static func nameless(_ execution: TaskHistory.Execution) -> TaskHistory.Execution {
        changed(execution) { $0.key = nil }
    }

    /// A finished task, whose records are a's.
    private static func history(_ others: TaskHistory.Execution...) -> TaskHistory {
        var history = TaskHistory(epochs: [1, 2], attempts: [execution("a")] + others, lastProgress: 1)
        history.authors = [Attempt(rawValue: 1), Attempt(rawValue: 1)]
        return history
    }

    private static func lied(_ worker: WorkerID) -> KeyJudgement {
        KeyJudgement(key: key(of: worker), verdict: .lied, task: task.id)
    }

    struct Case: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let history: TaskHistory
        var judgements: [KeyJudgement] = []
        let isDisputed: Bool
    }

    static let cases = [
        Case(testDescription: "nobody contradicts", history: history(execution("b")), isDisputed: false),
        Case(testDescription: "one contradicts", history: history(execution("b", wrong)), isDisputed: true),
        Case(
            testDescription: "a third one decides",
            history: history(execution("b", wrong), execution("c")), isDisputed: false),
        Case(
            testDescription: "three words",
            history: history(execution("b", wrong), execution("c", right)), isDisputed: true),
        Case(
            testDescription: "whoever contradicts is condemned", history: history(execution("b", wrong)),
            judgements: [lied("b")], isDisputed: false),
        Case(
            testDescription: "a key contradicts itself",
            history: history(execution("b", wrong), execution("b", wrong)), isDisputed: true),
        Case(
            testDescription: "somebody without a key contradicts", history: history(nameless(execution("old", wrong))),
            isDisputed: true),
        Case(
            testDescription: "somebody without a key was overruled",
            history: history(nameless(execution("old", wrong)), execution("c")), isDisputed: false),
        Case(
            testDescription: "somebody is at work who may decide it",
            history: history(execution("b", wrong), changed(execution("c")) { $0.outcome = nil }), isDisputed: false),
        Case(
            testDescription: "nobody is asked any more",
            history: history(
                execution("b", wrong), changed(execution("c")) { $0.outcome = .error },
                changed(execution("c")) { $0.outcome = .error }, changed(execution("c")) { $0.outcome = .killed }),
            isDisputed: true),
        Case(
            testDescription: "who contradicts went on from another one's state",
            history: history(
                changed(execution("b", wrong)) { $0.origin = CheckpointOrigin(epoch: 1, author: nil) }),
            isDisputed: false),
        Case(
            testDescription: "who contradicts did not come to its end",
            history: history(changed(execution("b", wrong)) { $0.outcome = .preempted }), isDisputed: false),
    ]

    @Test(arguments: cases) func `a journal and the board that is made of it have the same disputes`(_ each: Case) {
        let standings = KeyStandings(judgements: each.judgements)
        #expect(each.history.isDisputed(of: Self.task, standings) == each.isDisputed)
        let board = TaskBoard(
            sweep: BoardFixture.sweep, tasks: [.init(task: Self.task, history: each.history)], standings: standings,
            policy: TaskBoard.Policy(), now: .seconds(0))
        board.checkInvariants()
        #expect(board.openDisputes == (each.isDisputed ? [Self.task.id] : []))
    }

    @Test func `a task that is not finished is no dispute, whatever differs`() {
        var history = Self.history(Self.execution("b", Self.wrong))
        history.epochs = [2]
        #expect(!history.isDisputed(of: Self.task, KeyStandings()))
    }

    /// Nothing could be stored of such a decision: the next coordinator would have the dispute again.
    @Test func `the owner's word alone does not do away with the word of somebody who has no key`() {
        for other in [Self.execution("b", Self.wrong), Self.nameless(Self.execution("b", Self.wrong))] {
            let hasKey = other.key != nil
            var history = Self.history(other)
            history.attempts[0] = Self.execution("local-1")
            var fixture = BoardFixture([.init(task: Self.task, history: history)])
            fixture.board.bind("local-1", to: Self.key(of: "local-1"))
            let actions = fixture.hello("local-1")
            #expect(actions.last == .end(.finished))
            #expect(fixture.board.openDisputes == (hasKey ? [] : [Self.task.id]))
            let judgements = actions.compactMap { action -> KeyJudgement? in
                guard case .store(.keyJudged(let judgement)) = action else { return nil }
                return judgement
            }
            let standings = KeyStandings(judgements: judgements)
            #expect(history.isDisputed(of: Self.task, standings) == !hasKey, "the journal says what the board says")
        }
    }

    /// The journal puts aside what was replaced, as the word of everybody who had come to it.
    @Test func `whoever had come to a record that was replaced differs from the one that took its place`() {
        var history = Self.history(
            Self.nameless(Self.execution("old")), Self.execution("b", Self.right), Self.execution("c", Self.right))
        var policy = TaskBoard.Policy()
        policy.workersMayJoin = true
        let other = PretendTraining.task(1, epochs: 2)
        var fixture = BoardFixture([.init(task: Self.task, history: history), .init(task: other)], policy: policy)
        fixture.board.bind("d", to: Self.key(of: "d"))
        #expect(fixture.hello("d", slots: 2).suffix(2) == fixture.dispatch(0, 5, to: "d"))
        let key = fixture.key(0, 5)
        for (epoch, difference) in [(1, nil), (2, Self.right)] as [(Int, RecordDigest?)] {
            fixture.report("d", key, fixture.record(0, epoch))
            _ = fixture.handle(.recordCompared(.init(attempt: key, epoch: epoch, difference: difference)), at: 0)
        }
        let actions = fixture.end("d", key)
        let reason = "epoch 2 came out other than under the other keys"
        #expect(actions.contains(.store(.recordsReplaced(by: fixture.key(0, 3), reason: reason))))
        #expect(fixture.board.openDisputes.isEmpty, "three keys came to the same")

        for (number, worker) in zip(1..., ["c", "d"] as [WorkerID]) {
            let forget = SweepRequest.forget(Self.key(of: worker), reason: "revoked by me")
            _ = fixture.handle(.requestArrived(RequestID(rawValue: number), forget), at: 1)
        }
        #expect(fixture.board.openDisputes == [Self.task.id], "word stands against word")

        history.attempts = [
            Self.execution("a", Self.wrong), Self.nameless(Self.execution("old", Self.wrong)), Self.execution("b"),
            Self.execution("c"), Self.execution("d"),
        ]
        for place in 1...4 { history.attempts[place].isAudit = true }
        history.authors = [Attempt(rawValue: 3), Attempt(rawValue: 3)]
        history.lastProgress = 3
        let forgotten = ["c", "d"].map { KeyJudgement(key: Self.key(of: $0), verdict: .forgotten) }
        let standings = KeyStandings(judgements: [Self.lied("a")] + forgotten)
        #expect(history.isDisputed(of: Self.task, standings), "the journal says what the board says")
    }
}
