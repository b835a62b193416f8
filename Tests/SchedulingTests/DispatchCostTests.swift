import Experiment
import Messages
import Scheduling
import Simulation
import Status
import Testing

/// A long plan, each task of which is audited, is handed out to many workers.
///
/// What a turn of the coordinator costs is what it does: actions to carry out, and tasks that it looks at before it
/// gives one away. Benchmarks measure times; here only what is the same on every machine counts.
struct DispatchCostTests {
    private static let taskCount = 2_000
    private static let slotCount = 128

    @Test func `an end costs as much at the end of the plan as at its beginning, and an audit as much as a task`() {
        let plan = (0..<Self.taskCount).map { TaskBoard.RestoredTask(task: PretendTraining.task($0, epochs: 2)) }
        var policy = TaskBoard.Policy()
        policy.auditShare = 1
        var board = TaskBoard(sweep: BoardFixture.sweep, tasks: plan, policy: policy, now: .seconds(0))
        var driver = DispatchDriver(workerCount: Self.slotCount / 2)
        driver.start(&board)
        #expect(driver.assignmentCount == Self.slotCount, "each slot has a task")
        #expect(board.lookCount == Self.slotCount, "no task is looked at twice")
        #expect(driver.actionCount <= 4 * Self.slotCount)

        // While tasks wait, each end is followed by one, and the audits that wait cost nothing. The ends of the last
        // tasks are followed by audits.
        let stretch = (Self.taskCount - Self.slotCount) / 4
        let tasks = (1...4).map { driver.cost(of: &board, until: $0 * stretch) }
        // Of a task: its start, an assignment, two records and an end, each stored or compared, and answered.
        #expect(tasks.allSatisfy { $0 == .init(actions: 8 * stretch, looks: stretch) }, "\(tasks)")
        let audits = (5...8).map { driver.cost(of: &board, until: $0 * stretch) }
        #expect(audits.allSatisfy { $0.actions == 8 * stretch }, "\(audits)")
        #expect(audits.allSatisfy { (stretch...2 * stretch).contains($0.looks) }, "\(audits)")

        _ = driver.cost(of: &board, until: 2 * Self.taskCount)
        board.checkInvariants()
        #expect(board.counts == TaskCounts(done: Self.taskCount))
        #expect(driver.assignmentCount == 2 * Self.taskCount && driver.endings == [.finished])
        #expect(driver.selfAuditCount == 0, "nobody checks himself")
        #expect(driver.largestTurn <= 5, "a turn had \(driver.largestTurn) actions")
    }

    @Test func `where a hundred audits wait and the free worker may have none of them, one is looked at`() {
        var policy = TaskBoard.Policy()
        policy.auditShare = 1
        var fixture = BoardFixture(taskCount: 101, policy: policy)
        fixture.hello("a")
        for task in 0..<100 {
            fixture.reportAll("a", task: task)
            fixture.end("a", fixture.key(task))
        }
        #expect(fixture.board.lookCount == 101, "a look for each task, and none for the audits that wait")
        #expect(fixture.hello("b").suffix(2) == fixture.dispatch(0, 2, to: "b"))
        #expect(fixture.board.lookCount == 102)
        // Now a is free, all that waits is its own work, and b is busy.
        fixture.reportAll("a", task: 100)
        fixture.end("a", fixture.key(100))
        #expect(fixture.board.lookCount == 103)
        for second in 1...50 {
            fixture.heartbeat("a", at: Double(second) / 10)
            fixture.heartbeat("b", running: [fixture.key(0, 2)], at: Double(second) / 10)
        }
        #expect(fixture.board.lookCount == 103, "nothing has become free")
    }
}

/// What happened in some stretch of a plan.
private struct DispatchCost: Equatable {
    var actions: Int
    var looks: Int
}

/// Plays 64 workers of two slots: every assignment gives two records and an end, and now and then a heartbeat.
private struct DispatchDriver {
    let workers: [WorkerID]
    private(set) var actionCount = 0
    private(set) var assignmentCount = 0
    /// The most actions that one event brought.
    private(set) var largestTurn = 0
    private var eventCount = 0
    private(set) var endings: [SweepEnding] = []
    /// Tasks that went to the same worker twice.
    private(set) var selfAuditCount = 0
    private var authors: [TaskID: WorkerID] = [:]
    private var running: [WorkerID: [AttemptKey]] = [:]
    private var assigned: [(worker: WorkerID, key: AttemptKey, task: SweepTask)] = []
    private var next = 0
    private var doneCount = 0

    init(workerCount: Int) {
        workers = (0..<workerCount).map { WorkerID(rawValue: "w\($0)")! }
    }

    mutating func start(_ board: inout TaskBoard) {
        for worker in workers {
            handle(.received(.hello(slots: 2, facts: BoardFixture.facts, running: []), from: worker), &board)
        }
    }

    /// Goes on until so many attempts have ended.
    mutating func cost(of board: inout TaskBoard, until count: Int) -> DispatchCost {
        let before = DispatchCost(actions: actionCount, looks: board.lookCount)
        run(&board, until: count)
        return DispatchCost(actions: actionCount - before.actions, looks: board.lookCount - before.looks)
    }

    private mutating func run(_ board: inout TaskBoard, until count: Int) {
        while doneCount < count {
            let (worker, key, task) = assigned[next]
            next += 1
            handle(.received(.record(key, PretendTraining.record(of: task, epoch: 1)), from: worker), &board)
            handle(.received(.heartbeat(running: running[worker]!), from: worker), &board)
            handle(.received(.record(key, PretendTraining.record(of: task, epoch: 2)), from: worker), &board)
            running[worker]!.removeAll { $0 == key }
            doneCount += 1
            handle(
                .received(.ended(key, AttemptEnd(outcome: .completed, reason: "", seconds: 1)), from: worker), &board)
            handle(.timePassed, &board)
        }
    }

    private mutating func handle(_ event: TaskBoard.Event, _ board: inout TaskBoard) {
        eventCount += 1
        let actions = board.handle(event, at: .seconds(Double(eventCount) * 1e-4))
        actionCount += actions.count
        largestTurn = max(largestTurn, actions.count)
        for action in actions {
            switch action {
            case .send(.assignment(let key, let task, _), to: let worker):
                assignmentCount += 1
                if authors.updateValue(worker, forKey: key.task) == worker { selfAuditCount += 1 }
                assigned.append((worker, key, task))
                running[worker, default: []].append(key)
            case .compareRecord(let key, let record, isAudit: true):
                handle(.recordCompared(.init(attempt: key, epoch: record.epoch)), &board)
            case .end(let ending): endings.append(ending)
            default: break
            }
        }
        // As the shell does, to know how long it may wait.
        precondition(board.nextDeadline != nil)
    }
}
