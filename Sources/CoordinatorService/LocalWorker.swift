import ChildProcesses
import Experiment
import Foundation
import Logging
import Transport

/// The worker process of the coordinator's own host: started with it, and again when it fails.
///
/// It outlives a coordinator that is killed, for a while, and goes on training. The next coordinator of the directory
/// finds it by its lock and takes it over, with all that it has trained, instead of starting another one.
final class LocalWorker {
    /// Its names are recognised after a restart.
    static let namePrefix = "local-"
    /// A worker that keeps ending right after its start is not started for ever.
    private static let quickEndLimit = 5
    private static let quickEnd = Duration.seconds(30)
    /// Longer than a worker takes to hand its trainers' states over.
    private static let dismissalTimeout = Duration.seconds(10)

    private enum Process {
        case child(ChildProcess)
        /// Of an earlier coordinator. Until the deadline it must say hello, or end where it was dismissed.
        case adopted(OrphanedWorker, isDismissed: Bool, deadline: ContinuousClock.Instant?)
    }

    private let configuration: LocalWorkerConfiguration?
    private let token: JoinToken
    private let lock: ProcessLock
    private let standardError: Int32
    private let answerTimeout: Duration
    private let log: Logger
    private let onEnd: @Sendable (WorkerID) -> Void
    private var process: Process?
    private(set) var name = LocalWorker.makeName()
    private var startedAt = ContinuousClock.now
    /// Starts in a row that came to nothing, or to a worker that ended soon and had stored nothing.
    private(set) var quickEndCount = 0

    /// Takes over the one of an earlier coordinator, if it is still there.
    ///
    /// - Parameters:
    ///   - configuration: `nil` where this host shall only coordinate: then one that is there is dismissed.
    ///   - standardError: a descriptor for what the worker and its trainers write to standard error.
    ///   - answerTimeout: how long one that is taken over may stay silent.
    ///   - onEnd: is told the name of one that ended, on another thread.
    init(
        _ configuration: LocalWorkerConfiguration?, token: JoinToken, lock: ProcessLock, standardError: Int32,
        answerTimeout: Duration, log: Logger, onEnd: @escaping @Sendable (WorkerID) -> Void
    ) {
        self.configuration = configuration
        self.token = token
        self.lock = lock
        self.standardError = standardError
        self.answerTimeout = answerTimeout
        self.log = log
        self.onEnd = onEnd
        do {
            if let orphan = try OrphanedWorker(holding: lock) { adopt(orphan) }
        } catch {
            // It is looked for again at the start of another one.
            log.error("an earlier local worker cannot be looked for", metadata: ["why": "\(error)"])
        }
    }

    var isRunning: Bool { process != nil }
    /// Whether one shall run on this host.
    var isWanted: Bool { configuration != nil }
    var mayStart: Bool { quickEndCount < Self.quickEndLimit }

    func start() throws {
        guard process == nil, let configuration else { preconditionFailure("a local worker runs, or none is wanted") }
        quickEndCount += 1
        // One may have been about to take its lock when this coordinator looked for it.
        if let orphan = try OrphanedWorker(holding: lock) {
            quickEndCount -= 1
            return adopt(orphan)
        }
        name = Self.makeName()
        startedAt = .now
        let child = try ChildProcess(
            executable: configuration.executable, name: "sweep",
            arguments: arguments(of: configuration) + [OrphanedWorker.nameOption, name.rawValue],
            environment: ProcessInfo.processInfo.environment, standardError: standardError)
        process = .child(child)
        // Through the pipe: arguments and environments of a process can be read by others.
        try? child.write(Array((token.encoded + "\n").utf8))
        NamedThread.detach(named: "local-worker") { [name, onEnd] in
            while !child.read().isEmpty {}
            child.wait()
            onEnd(name)
        }
    }

    func noteEnded() {
        if case .child = process, ContinuousClock.now - startedAt >= Self.quickEnd { quickEndCount = 0 }
        process = nil
    }

    /// A record of it was stored.
    func noteProgress() { quickEndCount = 0 }

    /// It said hello.
    func noteAnswer() {
        if case .adopted(let orphan, false, _) = process {
            process = .adopted(orphan, isDismissed: false, deadline: nil)
        }
    }

    /// One that was taken over and cannot answer, being frozen say, would keep another one from being started.
    func endIfMute() {
        guard case .adopted(let orphan, let isDismissed, let deadline?) = process, deadline <= .now else { return }
        log.warning("the local worker does not answer, and is killed", metadata: ["worker": "\(name)"])
        process = .adopted(orphan, isDismissed: isDismissed, deadline: nil)
        send(signal: SIGKILL)
    }

    func send(signal: Int32) {
        switch process {
        case .child(let child): child.send(signal: signal)
        case .adopted(let orphan, _, _): lock.send(signal: signal, to: orphan.processID)
        case nil: break
        }
    }

    /// For those who watch; `nil` unless it was taken over.
    var notice: SweepNotice? {
        guard case .adopted(_, let isDismissed, _) = process else { return nil }
        return isDismissed ? .localWorkerDismissed(name) : .localWorkerTakenOver(name)
    }

    private func adopt(_ orphan: OrphanedWorker) {
        name = orphan.name
        let suits = configuration.map { orphan.isLike($0.executable, arguments(of: $0)) } ?? false
        process = .adopted(
            orphan, isDismissed: !suits, deadline: .now + (suits ? answerTimeout : Self.dismissalTimeout))
        log.info(
            suits ? "the local worker is taken over" : "a local worker that was started otherwise is dismissed",
            metadata: ["worker": "\(name)"])
        if !suits { send(signal: SIGTERM) }
        NamedThread.detach(named: "local-worker") { [lock, name, log, onEnd] in
            do {
                try lock.waitUntilFree()
            } catch {
                log.error("the local worker cannot be watched", metadata: ["why": "\(error)"])
            }
            onEnd(name)
        }
    }

    private func arguments(of configuration: LocalWorkerConfiguration) -> [String] {
        configuration.arguments + ["--local", lock.path]
    }

    private static func makeName() -> WorkerID {
        WorkerID(rawValue: namePrefix + String(UInt32.random(in: 0 ... .max), radix: 16))!
    }
}
