import Experiment
import Messages
import Scheduling
import Simulation
import Status
import Testing

/// A long plan, each task of which is audited, is handed out to many workers.
///
/// What a turn of the coordinator costs is what it does: actions to carry out, and tasks and workers that it looks at
/// before it gives a task away. Benchmarks measure times; here only what is the same on every machine counts.
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
        // Each waits for the key that was drawn, so that in the end some have none while others have several.
        let audits = (5...8).map { driver.cost(of: &board, until: $0 * stretch) }
        #expect(audits.allSatisfy { (6 * stretch...8 * stretch).contains($0.actions) }, "\(audits)")
        #expect(audits.allSatisfy { $0.looks <= stretch }, "\(audits)")

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
        #expect(fixture.board.lookCount == 102, "its own work is not looked at")
        for second in 1...50 {
            fixture.heartbeat("a", at: Double(second) / 10)
            fixture.heartbeat("b", running: [fixture.key(0, 2)], at: Double(second) / 10)
        }
        #expect(fixture.board.lookCount == 102, "nothing has become free")
    }

    @Test(arguments: CrowdSituation.allCases)
    func `an end or a hello looks at no more workers of a thousand than of ten`(situation: CrowdSituation) {
        var few = WorkerCrowd(of: 10, situation), many = WorkerCrowd(of: 1_000, situation)
        for crowd in [few.playEnd(), many.playEnd()] {
            #expect(crowd.assignmentCount == (situation == .nothingWaits || situation == .onlyFailedTaskWaits ? 0 : 1))
            // A record may bring its key more slots, and so be looked at as well as the end is.
            #expect(crowd.lookCount <= 4)
        }
        for crowd in [few.playHello(), many.playHello()] {
            #expect(crowd.assignmentCount == (situation == .tasksWait ? 1 : 0))
            #expect(crowd.lookCount <= 3)
        }
        #expect(few.board.workerLookCount > 0, "the count is not blind")
        few.board.checkInvariants()
        many.board.checkInvariants()
    }
}

/// What a crowd of workers has to do, before one of them ends its task and another one comes.
enum CrowdSituation: CaseIterable {
    /// Every worker is busy, and tasks wait.
    case tasksWait
    /// Two workers are busy, all others are idle.
    case nothingWaits
    /// One worker is busy with a task that is to be audited, all others are idle.
    case auditFollows
    /// One task waits, for the only worker whose key has not failed it, which is busy. One of the other key is busy,
    /// too, and all others are idle.
    case onlyFailedTaskWaits
}

/// Many workers of one slot each. The first has task 0, or task 2 where it has failed task 0.
private struct WorkerCrowd {
    private(set) var board: TaskBoard
    private let tasks: [SweepTask]
    private let situation: CrowdSituation
    private static let first: WorkerID = "a"

    init(of count: Int, _ situation: CrowdSituation) {
        self.situation = situation
        let taskCount =
            switch situation {
            case .tasksWait: count + 5
            case .nothingWaits: 2
            case .auditFollows: 1
            case .onlyFailedTaskWaits: 3
            }
        tasks = (0..<taskCount).map { PretendTraining.task($0, epochs: 1) }
        var policy = TaskBoard.Policy()
        policy.auditShare = situation == .auditFollows ? 1 : 0
        board = TaskBoard(
            sweep: BoardFixture.sweep, tasks: tasks.map { .init(task: $0) }, policy: policy, now: .seconds(0))
        join(Self.first)
        if situation == .onlyFailedTaskWaits {
            // It has task 1, and its key alone has not failed task 0.
            join("other")
            play(.received(.ended(key(0), BoardFixture.end(.error), state: nil), from: Self.first))
        }
        for number in 1..<count { join(WorkerID(rawValue: "w\(number)")!) }
    }

    /// The first worker's task is trained and ends.
    mutating func playEnd() -> (assignmentCount: Int, lookCount: Int) {
        let task = situation == .onlyFailedTaskWaits ? 2 : 0
        return cost { crowd in
            crowd.play(.received(.record(crowd.key(task), crowd.record(task)), from: Self.first))
                + crowd.play(.received(.ended(crowd.key(task), BoardFixture.end(.completed)), from: Self.first))
        }
    }

    mutating func playHello() -> (assignmentCount: Int, lookCount: Int) {
        cost { $0.join("late") }
    }

    private mutating func cost(
        of body: (inout Self) -> [TaskBoard.Action]
    ) -> (assignmentCount: Int, lookCount: Int) {
        let before = board.workerLookCount
        let actions = body(&self)
        let assignmentCount = actions.count {
            guard case .send(.assignment, _) = $0 else { return false }
            return true
        }
        return (assignmentCount, board.workerLookCount - before)
    }

    @discardableResult
    private mutating func join(_ worker: WorkerID) -> [TaskBoard.Action] {
        let isOfCrowd = situation == .onlyFailedTaskWaits && worker != "other"
        board.bind(worker, to: WorkerKey(ofPublicKey: (isOfCrowd ? "crowd" : worker.rawValue).utf8))
        return play(.received(.hello(slots: 1, facts: BoardFixture.facts, running: []), from: worker))
    }

    @discardableResult
    private mutating func play(_ event: TaskBoard.Event) -> [TaskBoard.Action] { board.handle(event, at: .seconds(0)) }

    private func key(_ task: Int) -> AttemptKey { AttemptKey(task: tasks[task].id, attempt: Attempt(rawValue: 1)) }

    private func record(_ task: Int) -> EpochRecord { PretendTraining.record(of: tasks[task], epoch: 1) }
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
        let actions = board.handle(event, at: .seconds(Double(eventCount) * 1e-4)) + board.endIfDone()
        actionCount += actions.count
        largestTurn = max(largestTurn, actions.count)
        for action in actions {
            switch action {
            case .send(.assignment(let key, let task, _), to: let worker):
                assignmentCount += 1
                if authors.updateValue(worker, forKey: key.task) == worker { selfAuditCount += 1 }
                assigned.append((worker, key, task))
                running[worker, default: []].append(key)
            case .compareRecord(let key, let record, isAnothers: true):
                handle(.recordCompared(.init(attempt: key, epoch: record.epoch)), &board)
            case .end(let ending): endings.append(ending)
            default: break
            }
        }
        // As the shell does, to know how long it may wait.
        precondition(board.nextDeadline != nil)
    }
}
