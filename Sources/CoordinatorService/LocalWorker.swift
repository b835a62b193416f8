import ChildProcesses
import Experiment
import Foundation
import Transport

/// The worker process of the coordinator's own host: started with it, and again when it fails.
///
/// It belongs to the thread that makes it: the kernel ends the worker with that thread.
final class LocalWorker {
    /// Its names are recognised after a restart: a local worker never outlives its coordinator.
    static let namePrefix = "local-"
    /// A worker that keeps ending right after its start is not started for ever.
    private static let quickEndLimit = 5
    private static let quickEnd = Duration.seconds(30)

    private let configuration: LocalWorkerConfiguration
    private let token: JoinToken
    private let log: Int32
    private let onEnd: @Sendable (WorkerID) -> Void
    private var child: ChildProcess?
    private(set) var name: WorkerID
    private var startedAt = ContinuousClock.now
    /// Starts in a row that came to nothing, or to a worker that ended soon and had stored nothing.
    private(set) var quickEndCount = 0

    /// - Parameter log: a descriptor for what the worker and its trainers write to standard error.
    init(
        _ configuration: LocalWorkerConfiguration, token: JoinToken, log: Int32,
        onEnd: @escaping @Sendable (WorkerID) -> Void
    ) {
        self.configuration = configuration
        self.token = token
        self.log = log
        self.onEnd = onEnd
        name = Self.makeName()
    }

    var isRunning: Bool { child != nil }
    var mayStart: Bool { quickEndCount < Self.quickEndLimit }

    func start() throws(ChildProcessError) {
        precondition(child == nil, "the local worker runs already")
        name = Self.makeName()
        startedAt = .now
        quickEndCount += 1
        let arguments = configuration.arguments + ["--parent", String(getpid()), "--name", name.rawValue]
        let child = try ChildProcess(
            executable: configuration.executable, name: "sweep", arguments: arguments,
            environment: ProcessInfo.processInfo.environment,
            standardError: log)
        self.child = child
        // Through the pipe: arguments and environments of a process can be read by others.
        try? child.write(Array((token.encoded + "\n").utf8))
        NamedThread.detach(named: "local-worker") { [name, onEnd] in
            while !child.read().isEmpty {}
            child.wait()
            onEnd(name)
        }
    }

    func noteEnded() {
        guard child != nil else { return }
        child = nil
        if ContinuousClock.now - startedAt >= Self.quickEnd { quickEndCount = 0 }
    }

    /// A record of it was stored.
    func noteProgress() { quickEndCount = 0 }

    func send(signal: Int32) { child?.send(signal: signal) }

    private static func makeName() -> WorkerID {
        WorkerID(rawValue: namePrefix + String(UInt32.random(in: 0 ... .max), radix: 16))!
    }
}
