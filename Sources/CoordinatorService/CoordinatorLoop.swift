import DurableFiles
import Experiment
import Journal
import Messages
import Scheduling
import Status
import Transport
import Wire

/// The coordinator's thread: hands what arrived to the core, and carries out what the core's turns say.
///
/// Everything in it belongs to that one thread.
final class CoordinatorLoop {
    let parts: CoordinatorParts
    let reports: ReportKeeper
    let checkpointFiles: CheckpointFiles
    let checkpoints: CheckpointKeeper
    let localWorker: LocalWorker
    var core: CoordinatorCore<RouterConnection>
    /// The requests of this turn, until they are answered.
    var requests: [RequestID: ControlRequest] = [:]
    var requestCount = 0
    let tasks: [TaskID: SweepTask]
    var watch: SweepWatch
    var ending: SweepEnding?
    var shownAt = Instant(sinceOrigin: .seconds(-1))
    var awaitedStates = AwaitedStates()
    /// The lines that each key can have written with every message.
    var lineLimiters: [WorkerKey: ReportLimiter] = [:]
    /// As the key store had them at the last look.
    var presentKeys: CurveKeyPair?
    /// When the key store was looked at last for another key of the coordinator.
    var keysLookedAt = Instant(sinceOrigin: .seconds(-1))
    /// Of lines about a key store that cannot be read.
    var keyFaults = ReportLimiter(burst: 1, interval: .seconds(60))
    /// Somebody wants the end now.
    var isStopInsisted = false
    private let origin = ContinuousClock.now
    private var refreshedAt = Instant(sinceOrigin: .zero)

    /// Between turns, so that what is shown moves though nothing happens.
    private static let longestPause = Duration.seconds(1)

    init(_ parts: CoordinatorParts, state: JournalState) throws {
        self.parts = parts
        localWorker = parts.makeLocalWorker()
        tasks = Dictionary(uniqueKeysWithValues: state.plan.tasks.map { ($0.id, $0) })
        checkpointFiles = CheckpointFiles(in: parts.directory)
        core = try Self.restoredCore(parts, state, checkpointFiles)
        try checkpointFiles.removeAll(except: core.board.storedCheckpoints)
        checkpoints = CheckpointKeeper(checkpointFiles) { [inbox = parts.inbox] in inbox.put(.checkpoint($0)) }
        watch = SweepWatch(
            tasks: state.plan.tasks, progress: state.progress,
            pastFacts: Dictionary(uniqueKeysWithValues: state.workers.map { ($0.id, $0.facts) }))
        reports = try ReportKeeper(directory: parts.directory, plan: state.plan) { [inbox = parts.inbox] fault in
            inbox.put(fault.map { .tablesFailed(String(describing: $0)) } ?? .tablesWorkAgain)
        }
    }

    private static func restoredCore(
        _ parts: CoordinatorParts, _ state: JournalState, _ files: CheckpointFiles
    ) throws(FileFault) -> CoordinatorCore<RouterConnection> {
        var stored = StoredSweep(state, checkpoints: try files.newest())
        for (task, label) in stored.removeCheckpoints(largerThan: Limits.checkpointBytes) {
            parts.log.warning(
                "a checkpoint is larger than any can be, and is deleted",
                metadata: ["task": "\(task)", "epoch": "\(label.epoch)", "bytes": "\(label.byteCount)"])
        }
        return CoordinatorCore(
            restoring: stored, localKey: parts.localKey, wantsLocalWorker: parts.configuration.localWorker != nil,
            listeningKey: parts.configuration.listen == nil ? nil : parts.publicKey.text,
            policy: parts.configuration.policy, at: Instant(sinceOrigin: .zero))
    }

    var now: Instant { Instant(sinceOrigin: ContinuousClock.now - origin) }

    /// Works until the sweep ends; then everything is stored and the CSV files are up to date.
    func run() throws -> SweepEnding {
        var isStored = false
        defer {
            dismissWorkers()
            checkpoints.end()
            // After a turn that was not stored they stay: the board is ahead of the journal then, and the next
            // coordinator needs what the journal knows.
            if isStored { removeNeedlessCheckpoints() }
        }
        do {
            try work()
            isStored = true
        } catch let interruption as InterruptedTurn {
            parts.log.error("stopped with the journal at fault", metadata: ["why": "\(interruption.fault)"])
            return .stopped
        }
        writeTables()
        return ending!
    }

    /// Some checkpoints were saved during the last turn, and the board was not told of them.
    private func removeNeedlessCheckpoints() {
        do {
            try checkpointFiles.removeAll(except: core.board.storedCheckpoints)
        } catch {
            parts.log.warning("checkpoints that nobody needs stay", metadata: ["why": "\(error)"])
        }
    }

    /// A last time. The journal has everything, and how the sweep ended does not depend on its tables: each of them is
    /// complete as it was written last, and who stops a second time does not wait for newer ones.
    private func writeTables() {
        do {
            try reports.finish(
                onDelay: { parts.observer.tell(.tablesTakeLong) },
                isAbandoned: {
                    takeLastEvents(until: .now)
                    return isStopInsisted
                })
        } catch {
            parts.observer.tell(.tablesFailed(String(describing: error)))
        }
    }

    private func work() throws {
        let stored = watch.progress
        if stored.epochsDone > 0 {
            parts.observer.tell(.resumed(epochsStored: stored.epochsDone, epochsTotal: stored.epochsTotal))
        }
        try tend(core.begin())
        try turn(.init(elements: [], isMoreWaiting: false))
        while ending == nil {
            try turn(parts.inbox.takeBatch(until: .now + timeToNextTurn))
        }
    }

    private var timeToNextTurn: Duration {
        max(.zero, min(core.nextDeadline.map { $0 - now } ?? Self.longestPause, Self.longestPause))
    }

    private func turn(_ batch: Mailbox<CoordinatorEvent>.Batch) throws {
        let beginning = now
        for event in batch.elements {
            if let event = handle(event) { core.take(event, at: beginning) }
        }
        readKeys()
        let turn = core.finishTurn(at: beginning, isMoreWaiting: batch.isMoreWaiting)
        let deliveries = try turn.stored(by: commit).compared(with: storedRecord).stored(by: commit)
        core.learn(deliveries.compared, at: now)
        for step in deliveries.steps { carryOut(step) }
        ending = deliveries.ending
        reportTurn(deliveries)
        try tend(deliveries.localWorker)
        refreshFiles()
    }

    private func refreshFiles() {
        guard now - refreshedAt >= .seconds(3600) else { return }
        refreshedAt = now
        parts.keepPrivateFilesFresh()
    }
}
