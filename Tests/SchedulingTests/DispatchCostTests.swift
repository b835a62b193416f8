import Experiment
import Messages
import Scheduling
import Simulation
import Status
import Testing

/// A long plan is handed out to many workers.
///
/// Times are for benchmarks; this counts the actions that a turn of the coordinator gives its shell to carry out, which
/// are the same on every machine.
struct DispatchCostTests {
    private static let taskCount = 2_000

    @Test func `every task is done once, and the end of the plan brings as many actions as its beginning`() {
        let plan = (0..<Self.taskCount).map { TaskBoard.RestoredTask(task: PretendTraining.task($0, epochs: 2)) }
        var board = TaskBoard(sweep: BoardFixture.sweep, tasks: plan, policy: TaskBoard.Policy(), now: .seconds(0))
        var driver = DispatchDriver(workerCount: 64)
        driver.start(&board)
        let atStart = driver.actionCount
        #expect(driver.assignmentCount == 128, "each slot has a task")
        // The last 128 tasks are followed by no other one.
        let quarter = Self.taskCount / 4
        var costs: [Int] = []
        for done in [quarter, 2 * quarter, 3 * quarter] {
            let before = driver.actionCount
            driver.run(&board, until: done)
            costs.append(driver.actionCount - before)
        }
        #expect(Set(costs).count == 1, "actions of each quarter: \(costs)")
        // Of a task: its start, an assignment, two records and an end, each stored and answered.
        #expect(costs[0] == 8 * quarter, "\(costs[0]) actions for \(quarter) tasks")
        driver.run(&board, until: Self.taskCount)
        board.checkInvariants()
        #expect(board.counts == TaskCounts(done: Self.taskCount))
        #expect(driver.assignmentCount == Self.taskCount)
        #expect(driver.endings == [.finished])
        #expect(driver.largestTurn <= 9 && atStart <= 4 * 128, "a turn had \(driver.largestTurn) actions")
    }
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

    /// Until so many tasks are done.
    mutating func run(_ board: inout TaskBoard, until count: Int) {
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
                assigned.append((worker, key, task))
                running[worker, default: []].append(key)
            case .end(let ending): endings.append(ending)
            default: break
            }
        }
        // As the shell does, to know how long it may wait.
        precondition(board.nextDeadline != nil)
    }
}
