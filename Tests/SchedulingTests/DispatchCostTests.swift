import Experiment
import Foundation
import Scheduling
import Simulation
import Testing

/// By hand, in a release build: `SWEEP_DISPATCH_TASKS=100000 swift test -c release --filter DispatchCostTests`.
@Suite("A long plan is handed out to many workers")
struct DispatchCostTests {
    static var taskCount: Int {
        ProcessInfo.processInfo.environment["SWEEP_DISPATCH_TASKS"].flatMap { Int($0) } ?? 2_000
    }

    @Test("Every task is done once, and an event costs the same at the end of the plan as at its beginning")
    func longPlan() {
        let plan = (0..<Self.taskCount).map { TaskBoard.RestoredTask(task: PretendTraining.task($0, epochs: 2)) }
        var board = TaskBoard(tasks: plan, policy: TaskBoard.Policy(), now: .seconds(0))
        var driver = DispatchDriver(workerCount: 64)
        let clock = ContinuousClock()
        var halves: [Double] = []
        driver.start(&board)
        for half in [Self.taskCount / 2, Self.taskCount] {
            let eventsBefore = driver.eventCount
            let time = clock.measure { driver.run(&board, until: half) }
            halves.append(time / .microseconds(1) / Double(driver.eventCount - eventsBefore))
        }
        board.checkInvariants()
        #expect(board.counts == TaskBoard.Counts(done: Self.taskCount))
        #expect(driver.endings == [.finished])
        let costs = halves.map { String(format: "%.2f", $0) }.joined(separator: ", then ")
        print("\(Self.taskCount) tasks, 64 workers, \(driver.eventCount) events: \(costs) µs an event")
    }
}

/// Plays 64 workers of two slots: every assignment gives two records and an end, and now and then a heartbeat.
private struct DispatchDriver {
    let workers: [WorkerID]
    private(set) var eventCount = 0
    private(set) var endings: [TaskBoard.Ending] = []
    private var running: [WorkerID: [AttemptKey]] = [:]
    private var assigned: [(worker: WorkerID, key: AttemptKey, task: SweepTask)] = []
    private var next = 0
    private var doneCount = 0

    init(workerCount: Int) {
        workers = (0..<workerCount).map { WorkerID(rawValue: "w\($0)")! }
    }

    mutating func start(_ board: inout TaskBoard) {
        for worker in workers {
            handle(.helloArrived(worker, slots: 2, facts: BoardFixture.facts, running: []), &board)
        }
    }

    /// Until so many tasks are done.
    mutating func run(_ board: inout TaskBoard, until count: Int) {
        while doneCount < count {
            let (worker, key, task) = assigned[next]
            next += 1
            handle(.recordArrived(worker, key, PretendTraining.record(of: task, epoch: 1)), &board)
            handle(.heartbeatArrived(worker, running: running[worker]!), &board)
            handle(.recordArrived(worker, key, PretendTraining.record(of: task, epoch: 2)), &board)
            running[worker]!.removeAll { $0 == key }
            doneCount += 1
            handle(.endArrived(worker, key, AttemptEnd(outcome: .completed, reason: "", seconds: 1)), &board)
            handle(.timePassed, &board)
        }
    }

    private mutating func handle(_ event: TaskBoard.Event, _ board: inout TaskBoard) {
        eventCount += 1
        for action in board.handle(event, at: .seconds(Double(eventCount) * 1e-4)) {
            switch action {
            case .sendAssignment(let worker, let key, let task, _):
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
