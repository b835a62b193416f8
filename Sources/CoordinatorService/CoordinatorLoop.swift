import Experiment
import Foundation
import Glibc
import Journal
import Logging
import Scheduling
import Transport
import Wire

/// The coordinator's thread: takes what arrived, asks the board, stores, and only then answers.
///
/// Everything in it belongs to that one thread.
final class CoordinatorLoop {
    let reports: ReportKeeper
    let checkpointFiles: CheckpointFiles
    let checkpoints: CheckpointKeeper
    let parts: CoordinatorParts
    let localWorker: LocalWorker
    var keeper: LocalWorkerKeeper
    /// What the keeper wants done, when the turn is stored.
    var localActions: [LocalWorkerKeeper.Action] = []
    /// Local workers of earlier coordinators, until it can be told which of them have ended.
    var pastLocalWorkers: [WorkerID]
    var board: TaskBoard
    var peers = PeerTable()
    var tally: SweepTally
    var watch: SweepWatch
    let tasks: [TaskID: SweepTask]
    var ending: TaskBoard.Ending?
    var shownAt = Instant(sinceOrigin: .seconds(-1))
    /// Requests of this turn, until what follows from them is stored.
    private var requests: [TaskBoard.RequestID: ControlRequest] = [:]
    private var requestCount = 0
    /// Facts for the next turn's transaction that no decision of the board depends on.
    private var pendingChanges: [JournalChange] = []
    private let origin = ContinuousClock.now
    private var refreshedAt = Instant(sinceOrigin: .zero)
    private(set) var stopRequestedAt: Instant?
    var awaitingSaidAt: Instant?

    /// Between turns, so that what is shown moves though nothing happens.
    private static let longestPause = Duration.seconds(1)

    init(_ parts: CoordinatorParts, state: JournalState) throws {
        self.parts = parts
        localWorker = parts.makeLocalWorker()
        var keeperPolicy = LocalWorkerKeeper.Policy()
        keeperPolicy.answerTimeout = max(parts.configuration.policy.lease, .seconds(10))
        keeper = LocalWorkerKeeper(isWanted: parts.configuration.localWorker != nil, policy: keeperPolicy)
        tasks = Dictionary(uniqueKeysWithValues: state.plan.tasks.map { ($0.id, $0) })
        checkpointFiles = CheckpointFiles(in: parts.directory)
        let stored = checkpointFiles.newest().filter { task, label in
            guard label.byteCount > Limits.checkpointBytes else { return true }
            parts.log.warning(
                "a checkpoint is larger than any can be, and is deleted",
                metadata: ["task": "\(task)", "epoch": "\(label.epoch)", "bytes": "\(label.byteCount)"])
            return false
        }
        let restored = zip(state.plan.tasks, state.histories).map { task, history in
            TaskBoard.RestoredTask(task, history, checkpoint: stored[task.id])
        }
        board = TaskBoard(tasks: restored, policy: parts.configuration.policy, now: Instant(sinceOrigin: .zero))
        checkpointFiles.removeAll(except: board.storedCheckpoints)
        checkpoints = CheckpointKeeper(checkpointFiles) { [inbox = parts.inbox] in inbox.put(.checkpoint($0)) }
        tally = SweepTally(state)
        watch = SweepWatch(
            tasks: state.plan.tasks,
            pastFacts: Dictionary(uniqueKeysWithValues: state.workers.map { ($0.id, $0.facts) }))
        pastLocalWorkers = state.workers.map(\.id).filter(\.isLocal)
        reports = try ReportKeeper(directory: parts.directory) { [inbox = parts.inbox] in
            inbox.put(.tablesFailed(String(describing: $0)))
        }
    }

    var now: Instant { Instant(sinceOrigin: ContinuousClock.now - origin) }

    /// Works until the sweep ends; then everything is stored and the CSV files are up to date.
    func run() throws -> TaskBoard.Ending {
        var isStored = false
        defer {
            dismissWorkers()
            checkpoints.end()
            // Those that were saved meanwhile, of which the board was not told. Not after a turn that was not stored:
            // the board is ahead of the journal then, and the next coordinator needs what the journal knows.
            if isStored { checkpointFiles.removeAll(except: board.storedCheckpoints) }
        }
        do {
            try work()
            isStored = true
        } catch let interruption as InterruptedTurn {
            parts.log.error("stopped with the journal at fault", metadata: ["why": "\(interruption.fault)"])
            return .stopped
        }
        do {
            try reports.finish { parts.observer.tell(.tablesTakeLong) }
        } catch {
            // The journal has everything, and how the sweep ended does not depend on its tables.
            parts.observer.tell(.tablesFailed(String(describing: error)))
        }
        return ending!
    }

    private func work() throws {
        if tally.epochsDone > 0 {
            parts.observer.tell(.resumed(epochsStored: tally.epochsDone, epochsTotal: tally.epochsTotal))
        }
        try tend(keeper.begin())
        try turn([])
        while ending == nil {
            try turn(parts.inbox.take(until: .now + timeToNextTurn))
        }
    }

    private var timeToNextTurn: Duration {
        max(.zero, min(board.nextDeadline.map { $0 - now } ?? Self.longestPause, Self.longestPause))
    }

    // MARK: One turn

    private func turn(_ events: [CoordinatorEvent]) throws {
        let beginning = now
        var actions = partWithPastLocalWorkers()
        for event in events {
            actions += react(to: event)
        }
        actions += board.handle(.timePassed, at: now)
        try store(actions)
        try compare(actions)
        deliver(actions)
        tell(actions)
        sayWhatIsAwaited()
        show()
        try tendLocalWorker(after: events.count, takenAt: beginning)
        refreshFiles()
    }

    /// Only when the turn is stored: a worker that cannot be started must not keep what others sent from it.
    private func tendLocalWorker(after eventCount: Int, takenAt instant: Instant) throws {
        // Of a full inbox more is waiting, perhaps a word of a worker that is taken for silent.
        if eventCount < CoordinatorParts.inboxCapacity { localActions += keeper.handle(.timePassed, at: instant) }
        guard ending == nil else { return }
        let actions = localActions
        localActions = []
        try tend(actions)
    }

    private func react(to event: CoordinatorEvent) -> [TaskBoard.Action] {
        switch event {
        case .router(let event): return react(to: event)
        case .localWorkerEnded(let worker):
            parts.log.info("the local worker ended", metadata: ["worker": "\(worker)"])
            localWorker.noteEnded()
            localActions += keeper.handle(.ended(worker), at: now)
            return board.handle(.workerVanished(worker), at: now)
        case .tablesFailed(let reason):
            parts.log.error("the tables cannot be written", metadata: ["why": "\(reason)"])
            parts.observer.tell(.tablesFailed(reason))
            return []
        case .checkpoint(.saved(let key, let label)):
            return board.handle(.checkpointSaved(key, label), at: now)
        case .checkpoint(.failed(let key, let label, let fault)):
            parts.log.warning("a checkpoint was not saved", metadata: ["task": "\(key.task)", "why": "\(fault)"])
            return board.handle(.checkpointNotSaved(key, label), at: now)
        case .checkpointUnreadable(let task, let label):
            return board.handle(.checkpointUnreadable(task, label), at: now)
        case .requested(let request): return request.take() ? react(to: request) : []
        case .stopRequested:
            guard stopRequestedAt == nil else { return [] }
            stopRequestedAt = now
            parts.observer.tell(.stopping)
            localActions += keeper.handle(.stopRequested, at: now)
            return board.handle(.stopRequested, at: now)
        case .stopInsisted:
            return board.handle(.stopInsisted, at: now)
        }
    }

    private func react(to request: ControlRequest) -> [TaskBoard.Action] {
        requestCount += 1
        let id = TaskBoard.RequestID(rawValue: requestCount)
        requests[id] = request
        let wasPaused = board.isPaused
        let actions = board.handle(.requestArrived(id, request.request), at: now)
        // For sweep status.
        if board.isPaused != wasPaused {
            pendingChanges.append(.settingChanged(.paused, to: board.isPaused ? "true" : nil))
        }
        return actions
    }

    private func react(to event: RouterEvent) -> [TaskBoard.Action] {
        switch event {
        case .message(let peer, let key, let bytes):
            do {
                let message = try WorkerMessage(decoding: bytes)
                guard peers.note(message.worker, key: key, peer: peer) else {
                    parts.log.warning("a worker's name is claimed with another key", metadata: ["key": "\(key)"])
                    refuse(peer, reason: "the name \(message.worker) belongs to another worker's key")
                    return []
                }
                if case .hello(let slots, let facts, _) = message.body {
                    noteHello(message.worker, facts, slots: slots)
                }
                localActions += keeper.handle(.spoke(message.worker), at: now)
                return board.handle(message.event, at: now)
            } catch {
                parts.log.warning("a message was refused", metadata: ["key": "\(key)", "why": "\(error)"])
                if error.code == .version { refuse(peer, reason: error.description) }
                return []
            }
        case .undeliverable(let peer, let reason):
            // Nothing else to do: what a worker misses, its next heartbeat shows.
            parts.log.debug("a message could not be delivered", metadata: ["peer": "\(peer)", "why": "\(reason)"])
            return []
        case .handshakeRefused(let refusal):
            parts.log.warning(
                "somebody was kept out", metadata: ["why": "\(refusal.reason)", "from": "\(refusal.address)"])
            return []
        }
    }

    private func refuse(_ peer: PeerID, reason: String) {
        parts.router.send(CoordinatorMessage.refusal(reason: reason).encoded(), to: peer)
    }

    private func refreshFiles() {
        guard now - refreshedAt >= .seconds(3600) else { return }
        refreshedAt = now
        parts.keepPrivateFilesFresh()
    }

    private func noteHello(_ worker: WorkerID, _ facts: HostFacts, slots: Int) {
        guard tally.noteWorker(worker, facts) else { return }
        parts.log.info(
            "a worker joined", metadata: ["worker": "\(worker)", "host": "\(facts.host)", "slots": "\(slots)"])
        pendingChanges.append(.workerSeen(worker, facts: facts, slots: slots, at: Date()))
        parts.observer.tell(.workerJoined(worker, facts, slots: slots))
    }

    /// Stores a turn. A fault of the disk holds the turn until it is mended: nothing is dispatched or acknowledged.
    private func store(_ actions: [TaskBoard.Action]) throws {
        let date = Date()
        let changes = pendingChanges + actions.compactMap { $0.journalChange(at: date) }
        pendingChanges = []
        guard !changes.isEmpty else { return }
        try commit(changes)
        reports.noteChanged()
    }

    private func commit(_ changes: [JournalChange]) throws {
        var hasFailed = false
        while let fault = attempt(changes) {
            guard fault.mayPass else { throw fault }
            // What was not stored was not acknowledged either.
            guard !parts.stopFlag.isRaised else { throw InterruptedTurn(fault: fault) }
            if !hasFailed {
                parts.log.error("the journal cannot be written", metadata: ["why": "\(fault)"])
                parts.observer.tell(.storageFailed(fault.description))
            }
            hasFailed = true
            usleep(500_000)
        }
        if hasFailed { parts.observer.tell(.storageWorksAgain) }
    }

    private func attempt(_ changes: [JournalChange]) -> JournalError? {
        do {
            try parts.journal.commit(changes)
            return nil
        } catch {
            return error
        }
    }

    private func compare(_ actions: [TaskBoard.Action]) throws {
        for case .compareRecord(let key, let record) in actions {
            guard try parts.journal.reader.record(of: key.task, epoch: record.epoch) != record else { continue }
            try commit([.recordDiffered(record, by: key, at: Date())])
            tally.disagreementCount += 1
            parts.log.critical(
                "a second execution gave other bits",
                metadata: ["task": "\(key.task)", "epoch": "\(record.epoch)", "attempt": "\(key.attempt.rawValue)"])
            parts.observer.tell(.recordDiffered(tasks[key.task]!, epoch: record.epoch, by: key.attempt))
        }
    }

    private func deliver(_ actions: [TaskBoard.Action]) {
        for action in actions {
            switch action {
            case .keepCheckpointPiece(let key, let piece): checkpoints.keep(piece, of: key)
            case .dropCheckpointPieces(let key): checkpoints.dropPieces(of: key)
            case .deleteCheckpoint(let task, let label): checkpoints.delete(label, of: task)
            case .sendAnswer(let id, let answer): reply(answer, to: id)
            case .sendCheckpointPiece(let worker, let key, let label, let offset, let limit):
                sendPiece(of: label, from: offset, limit: limit ?? Limits.pieceBytes, key, to: worker)
            default:
                let sweep = parts.configuration.sweep.name
                guard let (worker, message) = action.message(sweep: sweep, policy: parts.configuration.policy) else {
                    continue
                }
                send(message, to: worker)
            }
        }
    }

    private func reply(_ answer: TaskBoard.Answer, to id: TaskBoard.RequestID) {
        guard let pending = requests.removeValue(forKey: id) else { return }
        let request = pending.request
        pending.answer.put(answer)
        parts.log.notice("a request", metadata: ["for": "\(request)", "answer": "\(answer)"])
        if case .done(let count) = answer, count > 0 { parts.observer.tell(.requestGranted(request, count: count)) }
    }

    /// A worker without a connection is told again when its heartbeat lacks what it should run.
    private func send(_ message: CoordinatorMessage, to worker: WorkerID) {
        if let peer = peers.peer(of: worker) { parts.router.send(message.encoded(), to: peer) }
    }

    private func sendPiece(
        of label: CheckpointLabel, from offset: Int, limit: Int, _ key: AttemptKey, to worker: WorkerID
    ) {
        do {
            let piece = try checkpointFiles.read(label, of: key.task, at: offset, limit: limit)
            send(.checkpointPiece(key, piece), to: worker)
        } catch {
            parts.log.warning("a checkpoint cannot be read", metadata: ["task": "\(key.task)", "why": "\(error)"])
            // Only one that is gone or damaged is given up. What is short now, descriptors or memory, will be there
            // when the worker asks again.
            guard [ENOENT, EBADMSG, EIO].contains(error.code) else { return }
            parts.inbox.put(.checkpointUnreadable(key.task, label))
        }
    }
}

/// The sweep was to stop while a turn could not be stored.
private struct InterruptedTurn: Error {
    let fault: JournalError
}
