import Experiment
import Messages
import Scheduling
import Simulation
import Status
import Testing

struct SweepWatchTests {
    private let first = WorkerID(rawValue: "first")!
    private let second = WorkerID(rawValue: "second")!
    private let facts = HostFacts(host: "h", processor: "p", cores: 4, kernels: "avx2", build: "1")

    @Test func `the first snapshot has every task and the next one those that changed`() {
        var sweep = WatchedBoard(taskCount: 5)
        #expect(sweep.snapshot(at: 0).changedTasks.map(\.ordinal) == [0, 1, 2, 3, 4])
        #expect(sweep.snapshot(at: 0).changedTasks.isEmpty)
        sweep.hello(first, facts, slots: 2, at: 1)
        let snapshot = sweep.snapshot(at: 1)
        #expect(snapshot.changedTasks.map(\.ordinal) == [0, 1])
        #expect(
            snapshot.changedTasks.map(\.status)
                == Array(repeating: .init(phase: .running(Attempt(rawValue: 1)), attempts: 1, worker: first), count: 2))
        #expect(snapshot.tasks == sweep.tasks)
    }

    /// A viewer that only ever saw what changed knows the same as one that looks at everything.
    @Test func `changes add up to the board`() {
        var sweep = WatchedBoard(taskCount: 4)
        var seen: [Int: TaskStatus] = [:]
        func look(_ sweep: inout WatchedBoard, at seconds: Double) {
            for change in sweep.snapshot(at: seconds).changedTasks { seen[change.ordinal] = change.status }
            for ordinal in 0..<4 { #expect(seen[ordinal] == sweep.board.status(ofTask: ordinal), "task \(ordinal)") }
        }
        look(&sweep, at: 0)
        sweep.hello(first, facts, slots: 3, at: 0)
        look(&sweep, at: 0)
        sweep.report(first, task: 0, attempt: 1, epoch: 1, at: 1)
        sweep.report(first, task: 0, attempt: 1, epoch: 2, at: 2)
        look(&sweep, at: 2)
        sweep.end(first, task: 1, attempt: 1, .diverged, at: 3)
        look(&sweep, at: 3)
        sweep.handle(.workerVanished(first), at: 4)
        look(&sweep, at: 4)
        sweep.hello(second, facts, slots: 1, at: 5)
        look(&sweep, at: 5)
        #expect(seen[0]?.phase == .done && seen[0]?.epochs == 2)
        #expect(seen[1]?.phase == .failed(.hopeless(reason: "because")))
        #expect(seen[2] == .init(phase: .running(Attempt(rawValue: 2)), attempts: 2, worker: second))
        #expect(seen[3]?.phase == .waiting)
    }

    @Test func `workers are shown with what they train and how fast`() throws {
        var sweep = WatchedBoard(taskCount: 4, epochs: 8)
        sweep.hello(first, facts, slots: 2, at: 0)
        sweep.hello(second, facts, slots: 1, at: 0)
        for epoch in 1...4 { sweep.report(first, task: 0, attempt: 1, epoch: epoch, at: Double(2 * epoch)) }
        let workers = sweep.snapshot(at: 10).workers
        try #require(workers.map(\.id) == [first, second])
        #expect(workers[0].attempts.map(\.ordinal) == [0, 1] && workers[1].attempts.map(\.ordinal) == [2])
        #expect(workers[0].rate == 0.4 && workers[1].rate == nil)
        #expect(workers[0].silence == .seconds(2) && workers[1].silence == .seconds(10))
        #expect(workers.allSatisfy { $0.standing == .live && $0.facts == facts })
        sweep.handle(.workerVanished(first), at: 11)
        sweep.handle(.received(.goodbye, from: second), at: 11)
        #expect(sweep.snapshot(at: 11).workers.map(\.standing) == [.lost, .leaving])
    }

    @Test func `a worker that has not spoken yet is shown with what the journal knows`() {
        var restored = TaskBoard.RestoredTask(task: PretendTraining.task(0, epochs: 2))
        restored.history.attempts = [.init(worker: first)]
        let board = TaskBoard(sweep: "pretend", tasks: [restored], policy: .init(), now: Instant(sinceOrigin: .zero))
        var watch = SweepWatch(tasks: [restored.task], progress: SweepProgress(), pastFacts: [first: facts])
        let workers = watch.snapshot(of: board, ending: nil, at: Instant(sinceOrigin: .seconds(1))).workers
        #expect(workers.map(\.standing) == [.expected] && workers.map(\.facts) == [facts])
    }

    @Test func `progress counts what is stored, and the rate what was stored since the start`() {
        var sweep = WatchedBoard(taskCount: 4, epochs: 8, epochsDone: 2)
        #expect(sweep.snapshot(at: 0).progress.rate == nil)
        sweep.hello(first, facts, slots: 2, at: 1)
        #expect(sweep.snapshot(at: 1).progress.timeLeft == nil)
        for epoch in 1...3 { sweep.report(first, task: 0, attempt: 1, epoch: epoch, at: Double(epoch)) }
        // A record that comes again is compared, and not stored.
        sweep.report(first, task: 0, attempt: 1, epoch: 3, at: 4)
        sweep.handle(.requestArrived(RequestID(rawValue: 1), .pause), at: 5)
        let progress = sweep.snapshot(at: 6).progress
        #expect(progress.tasks == TaskCounts(waiting: 2, running: 2) && progress.isPaused)
        #expect(progress.epochsDone == 5 && progress.epochsTotal == 32)
        #expect(progress.workers == 1 && progress.slots == 2)
        #expect(progress.rate == 0.5 && progress.timeLeft == .seconds(54) && progress.alarms == 0)
        sweep.watch.follow([], differenceCount: 2, on: sweep.board, at: Instant(sinceOrigin: .seconds(7)))
        #expect(sweep.snapshot(at: 7).progress.alarms == 2)
    }

    /// What happens ten times a second must not grow with the plan.
    @Test func `a snapshot of a large plan holds what changed alone`() {
        var sweep = WatchedBoard(taskCount: 10_000)
        #expect(sweep.snapshot(at: 0).changedTasks.count == 10_000)
        #expect(sweep.snapshot(at: 0).changedTasks.isEmpty)
        sweep.hello(first, facts, slots: 2, at: 1)
        #expect(sweep.snapshot(at: 1).changedTasks.map(\.ordinal) == [0, 1])
        sweep.report(first, task: 1, attempt: 1, epoch: 1, at: 2)
        #expect(sweep.snapshot(at: 2).changedTasks.map(\.ordinal) == [1])
        #expect(sweep.snapshot(at: 2).changedTasks.isEmpty)
    }
}

/// A board and what is seen of it.
private struct WatchedBoard {
    var board: TaskBoard
    var watch: SweepWatch
    let tasks: [SweepTask]

    /// - Parameter epochsDone: by earlier coordinators.
    init(taskCount: Int, epochs: Int = 2, epochsDone: Int = 0) {
        tasks = (0..<taskCount).map { PretendTraining.task($0, epochs: epochs) }
        board = TaskBoard(
            sweep: "pretend", tasks: tasks.map { .init(task: $0) }, policy: .init(), now: Instant(sinceOrigin: .zero))
        watch = SweepWatch(
            tasks: tasks, progress: SweepProgress(epochsDone: epochsDone, epochsTotal: taskCount * epochs))
    }

    mutating func snapshot(at seconds: Double) -> SweepSnapshot {
        watch.snapshot(of: board, ending: nil, at: Instant(sinceOrigin: .seconds(seconds)))
    }

    mutating func handle(_ event: TaskBoard.Event, at seconds: Double) {
        let now = Instant(sinceOrigin: .seconds(seconds))
        watch.follow(board.handle(event, at: now), on: board, at: now)
    }

    mutating func hello(_ worker: WorkerID, _ facts: HostFacts, slots: Int, at seconds: Double) {
        handle(.received(.hello(slots: slots, facts: facts, running: []), from: worker), at: seconds)
    }

    mutating func report(_ worker: WorkerID, task: Int, attempt: Int, epoch: Int, at seconds: Double) {
        let record = PretendTraining.record(of: tasks[task], epoch: epoch)
        handle(.received(.record(key(task, attempt), record), from: worker), at: seconds)
    }

    mutating func end(_ worker: WorkerID, task: Int, attempt: Int, _ outcome: AttemptOutcome, at seconds: Double) {
        let end = AttemptEnd(outcome: outcome, reason: "because", seconds: 1)
        handle(.received(.ended(key(task, attempt), end), from: worker), at: seconds)
    }

    private func key(_ task: Int, _ attempt: Int) -> AttemptKey {
        AttemptKey(task: tasks[task].id, attempt: Attempt(rawValue: attempt))
    }
}
