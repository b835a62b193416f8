import Experiment
import Status

/// The coordinator's decisions: which worker runs which task, what is stored and what is answered.
///
/// A plain value: an event and the present instant go in, actions come out. It opens nothing, waits for nothing, asks
/// no clock and draws no random number.
///
/// `CoordinatorCore` collects the actions of all events of a turn, and `Turn` says in which order they are carried out:
/// the facts in one transaction; then, only when that is on disk, the comparisons; then everything else in the order
/// given. If a transaction fails, nothing of the turn may leave; to the outside the turn has not happened.
public struct TaskBoard: Sendable {
    /// The name of the sweep, which workers are told.
    let sweep: String
    var policy: Policy
    var tasks: [TaskState]
    var ordinals: [TaskID: Int]
    /// Ordinals of tasks that wait for a slot; the lowest is the first. Of those that wait no more, some are left.
    var pending: OrdinalSet
    var workers: WorkerRoster
    /// The different tasks that failed under each key since the last task that did not.
    var failedTasks: [WorkerIdentity: Set<TaskID>] = [:]
    /// Whose workers get nothing new.
    var quarantined: Set<WorkerIdentity> = []
    /// Of a worker that is about to say hello.
    var expected: WorkerIdentity?
    /// Whose processes are certainly gone. What they said before may come later, and brings none of them back.
    var vanished: Set<WorkerID> = []
    /// Whose word counts for how much.
    var standings: KeyStandings
    /// Every attempt that holds a slot: exactly those of `WorkerState.attempts`.
    var openAttempts: [AttemptKey: OpenAttempt] = [:]
    /// Finished tasks that shall be trained once more. Of some word stands against word: the sweep does not wait for a
    /// witness more to join.
    var audits = AuditQueue()
    /// Tasks of which word stands against word and nobody is asked any more, since too many keys failed to train them.
    var abandonedDisputes: Set<Int> = []
    var lots: AuditLots
    /// The changes of who can be drawn by which the waiting audits were looked at last.
    var drawnAfter = 0
    /// How often those changed who can be drawn, besides by workers that come and go.
    var companyChangeCount = 0
    /// Those that spoke to an earlier coordinator and may come back. Until a lease is over they count as there.
    var returning: Set<WorkerIdentity> = []
    let returningUntil: Instant
    /// The newest stored checkpoint of each task that is not done and has one.
    var checkpoints: [TaskID: CheckpointLabel] = [:]
    /// The attempts that made them. Of checkpoints that an older version stored this is not known.
    var checkpointAuthors: [TaskID: Attempt] = [:]
    /// Checkpoints all of whose bytes are here, until it is known whether they are saved.
    var saving: [AttemptKey: CheckpointLabel] = [:]
    /// How many checkpoints of other bytes than announced have come under each key.
    var forgeryCounts: [WorkerIdentity: Int] = [:]
    /// States that follow the end of their attempts.
    var handOvers: [AttemptKey: HandOver] = [:]
    /// Ordinals of waiting tasks whose state is on its way, and until when they are kept from the queue for it.
    var heldBack: [Int: Instant] = [:]
    /// How many tasks are in each phase.
    public internal(set) var counts = TaskCounts()
    var grants = SlotGrants()
    var pauses = GiveBackPauses()
    var epochTimes = EpochTimes()
    /// When standstills were looked for last.
    var standstillCheck: Instant
    /// Whether a slot or a task may have become free since the last dispatch. Most messages free nothing.
    var mayDispatch = true
    /// How many tasks and audits dispatching has looked at.
    var taskLookCount = 0
    /// No lease runs out before; `nil` without workers that have one. So a message need not look at every worker.
    var leaseCheck: Instant?
    var isStopping = false
    /// While the sweep stops: when a worker last gave something back.
    var stopMovedAt: Instant
    /// By request, nothing is dispatched.
    public internal(set) var isPaused = false
    var hasEnded = false
    var now: Instant

    /// A task, as the board changes it with each message.
    ///
    /// It is no `TaskHistory`, which says what is stored and leaves the conclusions to whoever reads it: this one has
    /// the phase, the failures that still count and the stored epochs at hand, since a message must cost the same
    /// whatever came before, and who said that it diverges. Between two turns its status, its open attempts and whether
    /// it is disputed are those of the history, as the simulated fleet checks.
    struct TaskState: Sendable {
        let task: SweepTask
        /// A waiting task is in `pending`, or for a moment in `heldBack`; the attempt of a running one is in
        /// `openAttempts`. Of a task that is done the last attempt stays there until its worker reports the end.
        var phase: TaskPhase
        var committed: EpochSet
        /// Attempt 1, 2, …
        var attempts: [StartedAttempt] = []
        /// The last attempt that brought a new record.
        var lastProgress = Attempt(rawValue: 0)
        /// Attempts that count as failures. An attempt that brings a new record is proof that the task can go on, and
        /// the failures before it are forgotten: a task is failed by what it does, and not by how often its hosts are
        /// struck.
        var failures: [Failure] = []
        /// The workers which said that its loss is not finite.
        var witnesses: Set<WorkerIdentity> = []
        /// Of epoch 1, 2, … the attempt whose record is stored; 0 where none is.
        var authors: [Int32]
    }

    /// An execution of a task: what is stored of it, and what is lost with the coordinator.
    struct StartedAttempt: Sendable {
        /// As a restarted coordinator would read it. Of an audit, `isAudit` says so in any case, and `compared` says
        /// more than `confirmed`, which is what was stored of an audit when this coordinator started. In place of the
        /// digest of a record that was replaced stands another one: see `replaceRecords`.
        var execution: TaskHistory.Execution
        /// Its worker said that it ended, so a heartbeat that still lists it is an old one. Of an attempt that was
        /// given up nobody knows that, and it may go on.
        var isOver = false
        /// Taken back because nothing came of it while others had nothing to do.
        var wasIdle = false
        /// It brought a record, whether that was stored or compared.
        var hasReported = false
        /// Of an audit, the epochs whose record was compared, and what came of it is stored.
        var compared: EpochSet?
        /// The epochs whose record of it was stored, and has been replaced since. The next coordinator finds these
        /// among those that differed.
        var wrongEpochs: Set<Int> = []
        /// It agreed without telling which images are right, so it is no witness. Lost with the coordinator.
        var isSilent = false

        /// - Parameter key: its worker's; `nil` where that is not known.
        init(worker: WorkerID, key: WorkerKey?) { execution = TaskHistory.Execution(worker: worker, key: key) }

        var worker: WorkerID { execution.worker }
        var identity: WorkerIdentity { execution.identity }
        /// Begun when the task was finished, to compare its records.
        var isAudit: Bool { execution.isAudit }
        /// The epochs whose record differed from the stored one, and the digest of what came.
        var differing: [Int: RecordDigest] { execution.differing }
        /// Where it went on; `nil` for the beginning.
        var origin: CheckpointOrigin? { execution.origin }
    }

    struct Failure: Sendable {
        let attempt: Attempt
        let identity: WorkerIdentity
    }

    struct OpenAttempt: Sendable {
        let worker: WorkerID
        /// When the assignment was sent last.
        var assignedAt: Instant
        /// When it began, or brought a record of a further epoch.
        var movedAt: Instant
        /// Of which it brought a record since it was opened.
        var furthestEpoch = 0
        /// The worker was told to stop it, or had it before this coordinator gave it: to give it back is no offence.
        var mayComeBack = false

        init(worker: WorkerID, assignedAt: Instant) {
            self.worker = worker
            self.assignedAt = assignedAt
            movedAt = assignedAt
        }
    }

    /// A worker, as far as the board decides with it.
    ///
    /// It is no `WorkerStatus`, which is a picture of one instant, with a rate that is not the board's: this one keeps
    /// instants, and what a worker owes or is kept from. `workerStatuses(at:)` is the only place that makes the picture
    /// of it.
    struct WorkerState: Sendable {
        var standing: WorkerStanding
        /// For which it is given tasks. What it said may be more: see `SlotGrants`.
        var slots: Int
        /// What it said of its slots, as far as its cores bear it out.
        var saidSlots = 0
        var facts: HostFacts?
        var lastHeard: Instant
        /// Open attempts of this worker.
        var attempts: Set<AttemptKey> = []
        /// Asked for: it gets nothing new, whatever its standing.
        var isDrained: Bool { drainedAt != nil }
        var drainedAt: Instant?
        /// It brought a record since it came.
        var hasDelivered = false
        /// It gave back too much: see `GiveBackPauses`.
        var isPausing = false
        /// The checkpoint that it sends: one at a time.
        var incoming: IncomingCheckpoint?
        /// When it announced a state or sent a piece of one.
        var movedAt: Instant?
    }

    /// - Parameters:
    ///   - sweep: its name.
    ///   - tasks: the whole plan in dispatch order, with what the journal knows of each.
    ///   - keys: whose each name is, as the journal knows it.
    ///   - pastWorkers: those that have spoken to an earlier coordinator.
    ///   - standings: whose word counts for how much.
    public init(
        sweep: String, tasks restored: [RestoredTask], keys: [WorkerID: WorkerKey] = [:], pastWorkers: [WorkerID] = [],
        standings: KeyStandings = KeyStandings(), policy: Policy, now: Instant
    ) {
        self.sweep = sweep
        self.policy = policy
        workers = WorkerRoster(keys: keys)
        self.standings = standings
        self.now = now
        stopMovedAt = now
        standstillCheck = now
        lots = AuditLots(secret: policy.auditSecret)
        returningUntil = now + policy.lease
        tasks = restored.map(TaskState.init)
        ordinals = Dictionary(uniqueKeysWithValues: zip(restored.map(\.task.id), 0...))
        pending = OrdinalSet(tasks.indices.filter { [tasks] in tasks[$0].phase == .waiting })
        for task in tasks { counts.add(1, to: task.phase) }
        for (ordinal, task) in restored.enumerated() {
            if let label = task.checkpoint, tasks[ordinal].phase != .done, isResumable(label, tasks[ordinal]) {
                let author = task.history.checkpoint.flatMap { $0.isOf(label) ? $0.author : nil }
                // A crash may have come before the file was deleted.
                if author.map({ isBelieved($0, of: tasks[ordinal]) }) ?? true {
                    checkpoints[task.task.id] = label
                    checkpointAuthors[task.task.id] = author
                }
            }
            // Also a complete task may have an open attempt, whose worker is still to say how it ended.
            guard let attempt = task.history.openAttempt, tasks[ordinal].phase.failure == nil else { continue }
            open(AttemptKey(task: task.task.id, attempt: attempt), ordinal: ordinal)
        }
        let past = Set(pastWorkers + Array(workers.states.keys))
        returning = Set(past.map { identity(of: $0) }.filter { [standings] in !standings.isCondemned($0) })
        for ordinal in tasks.indices {
            for key in standings.condemned { tasks[ordinal].forgetBlame(by: .key(key)) }
            queueAudit(of: ordinal)
        }
    }

    public mutating func handle(_ event: Event, at instant: Instant) -> [Action] {
        now = max(now, instant)
        var actions: [Action] = []
        switch event {
        case .received(let message, from: let worker): actions += take(message, from: worker)
        case .checkpointSaved(let key, let label):
            actions += replaceCheckpoint(by: label, of: key)
        case .checkpointNotSaved(let key, let label):
            actions += giveUpIncoming(label, of: key)
        case .checkpointForged(let key, let label):
            actions += recordForgery(label, of: key)
        case .checkpointUnreadable(let task, let label):
            actions += forgetCheckpoint(label, of: task)
        case .recordCompared(let record):
            actions += take(record)
        case .keyEnded(let key):
            actions += loseWorkers(of: key)
        case .workerVanished(let worker):
            vanished.insert(worker)
            stopAwaiting(identity(of: worker))
            actions += lose(worker, reason: "the worker's process ended")
            forgetFailures(afterEndOf: worker)
        case .requestArrived(let id, let request):
            actions += carryOut(request, id)
        case .timePassed:
            expirePauses()
            expireReturns()
            actions += expireLeases() + expireHandOvers() + expireStop()
        case .stopRequested:
            actions += stopEverything()
        case .stopInsisted:
            actions += abandonEverything()
        }
        return actions + dispatch()
    }

    /// The instant of the next `timePassed` that could change something.
    public var nextDeadline: Instant? {
        let stopCheck = isStopping ? stopMovedAt + policy.stopPatience : nil
        let returnCheck = returning.isEmpty ? nil : returningUntil
        return [leaseCheck, handOverCheck, pauses.nextEnd, stopCheck, returnCheck].compactMap { $0 }.min()
    }

    mutating func move(_ ordinal: Int, to phase: TaskPhase) {
        counts.add(-1, to: tasks[ordinal].phase)
        tasks[ordinal].phase = phase
        counts.add(1, to: phase)
    }
}

extension TaskBoard {
    public struct Policy: Sendable, Hashable {
        /// A worker that is silent for longer loses its attempts.
        public var lease: Duration = .seconds(20)
        /// How often a worker shall speak.
        public var heartbeat: Duration = .seconds(2)
        /// An assignment that a worker's heartbeats do not list after this time is sent again.
        public var assignmentTimeout: Duration = .seconds(5)
        /// A worker sends an attempt's checkpoint when the last one is older; 0 is after each epoch.
        public var checkpointInterval: Duration = .seconds(60)
        /// A task whose last state is on its way waits for it so long before another worker goes on from an older one.
        public var handOverGrace: Duration = .seconds(2)
        /// Nobody waits for a state of which no piece came for so long.
        public var handOverPatience: Duration = .seconds(20)
        /// A sweep that stops waits for its workers for as long as something comes of them at least so often.
        public var stopPatience: Duration = .seconds(5)
        /// A task is failed when workers of so many different keys failed it and none brought a new record in between;
        /// where there are fewer, when each of them failed it so often.
        public var failuresOfTask = 3
        /// The workers of a key get nothing new after failing so many different tasks in a row.
        public var failuresOfWorker = 3
        /// The share of finished tasks that are trained a second time and compared, 0 to 1.
        public var auditShare = 0.0
        /// What nobody but the coordinator knows, so that no worker can tell which of its tasks will be trained again;
        /// empty where none of them could profit from that.
        public var auditSecret = ""
        /// Whether any key's checkpoint is good enough to go on from. Without, a task that went on from another key's
        /// is audited, unless an audit has confirmed that key or its host is the owner's own.
        public var trustsCheckpoints = true
        /// Whether workers can still join: without, a sweep whose workers are all quarantined ends.
        public var workersMayJoin = false

        public init() {}
    }

    /// A task of the plan, with what the run directory knows of it.
    public struct RestoredTask: Sendable {
        public var task: SweepTask
        /// As the journal has it.
        public var history: TaskHistory
        /// The newest that is on the disk.
        public var checkpoint: CheckpointLabel?

        public init(task: SweepTask, history: TaskHistory = TaskHistory(), checkpoint: CheckpointLabel? = nil) {
            self.task = task
            self.history = history
            self.checkpoint = checkpoint
        }
    }
}

extension TaskBoard.TaskState {
    /// How often each has failed it.
    var failureCounts: [WorkerIdentity: Int] { failures.reduce(into: [:]) { $0[$1.identity, default: 0] += 1 } }

    init(_ restored: TaskBoard.RestoredTask) {
        let history = restored.history
        task = restored.task
        phase = history.phase(of: task)
        committed = EpochSet(capacity: task.parameters.epochs)
        for epoch in history.epochs { committed.insert(epoch) }
        authors = [Int32](repeating: 0, count: task.parameters.epochs)
        for (epoch, attempt) in zip(history.epochs, history.authors) { authors[epoch - 1] = Int32(attempt.rawValue) }
        attempts = history.attempts.map(TaskBoard.StartedAttempt.init)
        for author in authors where author > 0 { attempts[Int(author) - 1].hasReported = true }
        lastProgress = Attempt(rawValue: history.lastProgress)
        failures = zip(1..., history.attempts).compactMap { number, attempt in
            guard attempt.outcome?.isFailure == true, number >= history.lastProgress,
                !attempt.isExcused
            else { return nil }
            return TaskBoard.Failure(attempt: Attempt(rawValue: number), identity: attempt.identity)
        }
        for (number, execution) in zip(1..., history.attempts) where execution.outcome == .diverged {
            guard !execution.isExcused, isOwnWork(Attempt(rawValue: number)) else { continue }
            witnesses.insert(execution.identity)
        }
        guard phase == .done else { return }
        for (index, execution) in zip(attempts.indices, history.attempts)
        where history.isAudit(Attempt(rawValue: index + 1)) {
            attempts[index].execution.isAudit = true
            guard execution.outcome == nil else { continue }
            attempts[index].compared = EpochSet(
                of: execution.confirmed.union(execution.differing.keys), capacity: task.parameters.epochs)
        }
    }

    /// What is stored of the finished task, as evidence.
    var evidence: TaskEvidence {
        TaskEvidence(
            attempts.map(\.execution), authors: authors.filter { $0 > 0 }.map { Attempt(rawValue: Int($0)) },
            lastProgress: lastProgress.rawValue)
    }
}

extension TaskBoard.StartedAttempt {
    fileprivate init(_ execution: TaskHistory.Execution) {
        self.execution = execution
        isOver = execution.outcome?.isFinal ?? false
        hasReported = !execution.confirmed.isEmpty || !execution.differing.isEmpty
    }
}

extension AttemptOutcome {
    /// Whether only the worker itself can have said it. The others are also stored of attempts that were given up.
    var isFinal: Bool { self != .workerLost && self != .cancelled }
}
