import Experiment
import Scheduling
import Simulation
import Status
import Testing

/// A coordinator begins with what is stored.
struct StoredSweepTests {
    private typealias Fixture = CoreFixture

    private let tasks = (0..<3).map { PretendTraining.task($0, epochs: 2) }
    private let local = PretendConnection(1, key: "local")

    private func core(of stored: StoredSweep) -> Fixture.Core {
        Fixture.Core(
            restoring: stored, localKey: local.key, wantsLocalWorker: true, listeningKey: "old",
            policy: TaskBoard.Policy(), at: .seconds(0))
    }

    @Test func `checkpoints that no worker could be sent are left out and named, the others stay`() {
        let labels = [40, 41, 7].map { CheckpointContent(epoch: 1, bytes: Array(repeating: 1, count: $0)).label }
        let history = TaskHistory(epochs: [1], attempts: [.init(worker: "a", outcome: .workerLost)], lastProgress: 1)
        var stored = StoredSweep(
            name: "s",
            tasks: zip(tasks, labels).map { TaskBoard.RestoredTask(task: $0, history: history, checkpoint: $1) })
        let removed = stored.removeCheckpoints(largerThan: 40)
        #expect(removed.map(\.task) == [tasks[1].id] && removed.map(\.label) == [labels[1]])
        #expect(stored.tasks.map(\.checkpoint) == [labels[0], nil, labels[2]])
        #expect(core(of: stored).board.storedCheckpoints == [tasks[0].id: labels[0], tasks[2].id: labels[2]])
    }

    @Test func `names keep their keys, and those of local workers are this host's alone`() {
        let owner = PretendConnection(2, key: "owner"), other = PretendConnection(3, key: "other")
        var core = core(of: StoredSweep(name: "s", keys: ["a": owner.key]))
        for name in ["a", "local-1"] as [WorkerID] { core.take(Fixture.hello(name, over: other), at: .seconds(0)) }
        var journal = PretendJournal()
        let steps = journal.carryOut(core.finishTurn(at: .seconds(0))).steps
        #expect(
            steps.prefix(2) == [
                .send(.nameTaken(useInstead: WorkerID("a").renamed(for: other.key)), to: other),
                .send(.nameTaken(useInstead: WorkerID("local-1").renamed(for: other.key)), to: other),
            ])
    }

    @Test func `a coordinator that starts while its key changes tells who comes, and not the local worker`() {
        let owner = PretendConnection(2, key: "owner")
        var core = core(of: StoredSweep(name: "s"))
        core.take(Fixture.hello("a", over: owner), at: .seconds(0))
        core.take(Fixture.hello("local-1", over: local), at: .seconds(0))
        core.take(
            .keysRead(.init(present: "old", next: .init(key: "new", presentEndsIn: .seconds(9)))), at: .seconds(0))
        var journal = PretendJournal()
        let steps = journal.carryOut(core.finishTurn(at: .seconds(0))).steps.filter {
            if case .send(.nextKey, _) = $0 { true } else { false }
        }
        #expect(steps == [.send(.nextKey("new", presentEndsIn: .seconds(9)), to: owner)])
    }

    @Test func `the local workers that the journal knows have ended when nobody is found`() {
        var restored = TaskBoard.RestoredTask(task: tasks[0])
        restored.history.attempts = [.init(worker: "local-1")]
        var core = core(of: StoredSweep(name: "s", tasks: [restored], workers: ["a", "local-1"]))
        #expect(core.begin() == [.look])
        _ = core.takeAnswer(.found(.nobody), at: .seconds(0))
        var journal = PretendJournal()
        let actions = journal.carryOut(core.finishTurn(at: .seconds(0))).actions
        #expect(actions.contains(.reportLost("local-1", reason: "the worker's process ended")))
        #expect(!actions.contains { if case .reportLost("a", _) = $0 { true } else { false } })
    }
}
