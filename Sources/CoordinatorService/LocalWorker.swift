import ChildProcesses
import Experiment
import Foundation
import HostSystem
import Logging
import Scheduling
import Synchronization
import Transport

/// The worker process of the coordinator's own host. What becomes of it, `LocalWorkerKeeper` decides.
///
/// It outlives a coordinator that is killed, for a while, and goes on training. The next coordinator of the directory
/// finds it by its lock.
package final class LocalWorker {
    private enum Handle {
        case child(ChildProcess)
        /// An earlier coordinator started it.
        case orphan(OrphanedWorker)
        /// A worker that came back though it cannot be seen: of another container, say.
        case hidden
    }

    private let configuration: LocalWorkerConfiguration?
    private let token: JoinToken
    private let lock: ProcessLock
    private let logPath: String
    private let log: Logger
    private let onEnd: @Sendable (WorkerID) -> Void
    private var handle: Handle?
    /// How the process ends that was started last.
    private var ending: Ending?
    /// Why the last look or start failed, or why the last one ended; `nil` where nothing is wrong.
    package private(set) var fault: String?

    /// - Parameters:
    ///   - configuration: `nil` where this host shall only coordinate.
    ///   - logPath: of what the worker and its trainers write to standard error.
    ///   - onEnd: is told the name of one that ended, on another thread.
    package init(
        _ configuration: LocalWorkerConfiguration?, token: JoinToken, lock: ProcessLock, logPath: String, log: Logger,
        onEnd: @escaping @Sendable (WorkerID) -> Void
    ) {
        self.configuration = configuration
        self.token = token
        self.lock = lock
        self.logPath = logPath
        self.log = log
        self.onEnd = onEnd
    }

    /// Whether one runs that can be ended from here. A hidden one ends by itself when it is told farewell.
    package var isRunning: Bool {
        switch handle {
        case .child, .orphan: true
        case .hidden, nil: false
        }
    }

    /// Looks for one that an earlier coordinator started.
    package func look() -> LocalWorkerKeeper.Sighting {
        do {
            fault = nil
            guard let orphan = try OrphanedWorker(holding: lock) else { return .nobody }
            handle = .orphan(orphan)
            let isAlike = configuration.map { orphan.isLike($0.executable, arguments(of: $0)) } ?? false
            return .worker(orphan.name, isAlike: isAlike)
        } catch {
            fault = String(describing: error)
            return .unclear
        }
    }

    /// - Returns: the name of the new one.
    /// - Throws: where no process can be made, or its log not be opened.
    package func start() throws -> WorkerID {
        guard handle == nil, let configuration else { preconditionFailure("a local worker runs, or none is wanted") }
        do {
            let (child, name) = try spawn(configuration)
            handle = .child(child)
            fault = nil
            return name
        } catch {
            fault = String(describing: error)
            throw error
        }
    }

    private func spawn(_ configuration: LocalWorkerConfiguration) throws -> (ChildProcess, WorkerID) {
        let name = WorkerID(rawValue: WorkerID.localPrefix + String(UInt32.random(in: 0 ... .max), radix: 16))!
        let descriptor = open(logPath, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0o666)
        guard descriptor >= 0 else { throw SystemCallError("open \(logPath)", errno) }
        defer { close(descriptor) }
        let ending = Ending()
        // Before the process: where there is no thread for it, nobody would hear of its end, nor end it.
        let started = try watchChild(named: name, ending)
        let child: ChildProcess
        do {
            child = try ChildProcess(
                executable: configuration.executable, name: "sweep",
                arguments: arguments(of: configuration) + [OrphanedWorker.nameOption, name.rawValue],
                environment: ProcessInfo.processInfo.environment, standardError: descriptor)
        } catch {
            started.put(nil)
            throw error
        }
        started.put(child)
        self.ending = ending
        // Through the pipe: others can read the arguments and the environment of a process. A worker that ends before
        // it has read the token is reported like any other that ends.
        try? child.write(Array((token.encoded + "\n").utf8))
        return (child, name)
    }

    /// Makes the thread that waits for the end of a process.
    ///
    /// - Returns: takes the process, or `nil` where there is none after all.
    private func watchChild(named name: WorkerID, _ ending: Ending) throws -> Mailbox<ChildProcess?> {
        let started = Mailbox<ChildProcess?>(capacity: 1)
        try NamedThread.start(named: "local-worker") { [onEnd, logPath] in
            guard case let child?? = started.take(until: nil).first else { return }
            let words = Self.lastWords(of: child)
            ending.set(
                Self.fault(said: words, end: child.wait(), processorTime: child.processorTime, logPath: logPath))
            onEnd(name)
        }
        return started
    }

    /// Watches one that was found, or came back by itself.
    ///
    /// - Throws: where this process may have no thread for that.
    package func takeOver(_ worker: WorkerID) throws {
        if handle == nil { handle = .hidden }
        try NamedThread.start(named: "local-worker") { [lock, onEnd] in
            lock.waitUntilFree()
            onEnd(worker)
        }
    }

    /// After its end: `fault` says then why it ended, unless that was as it should be.
    package func forgetProcess() {
        handle = nil
        fault = ending?.reason
        ending = nil
    }

    /// The last line that it writes to its standard output, which is why it ends.
    private static func lastWords(of child: ChildProcess) -> String {
        var bytes: [UInt8] = []
        while case let more = child.read(), !more.isEmpty { bytes = (bytes + more).suffix(4096) }
        let line = String(decoding: bytes, as: UTF8.self).split(whereSeparator: \.isNewline).last
        return line.map { $0.trimmingCharacters(in: .whitespaces) } ?? ""
    }

    package func send(signal: Int32) {
        switch handle {
        case .child(let child): child.send(signal: signal)
        case .orphan(let orphan):
            do {
                try lock.send(signal: signal, to: orphan.processID)
            } catch {
                log.error("the local worker cannot be signalled", metadata: ["why": "\(error)"])
            }
        case .hidden, nil: break
        }
    }

    private func arguments(of configuration: LocalWorkerConfiguration) -> [String] {
        configuration.arguments + ["--local", lock.path]
    }
}

/// Why a worker ended, as its own thread learns it.
private final class Ending: Sendable {
    private let text = Mutex<String?>(nil)

    /// `nil` where it ended as it should, or has not ended yet.
    var reason: String? { text.withLock { $0 } }

    func set(_ reason: String?) { text.withLock { $0 = reason } }
}

extension LocalWorker {
    /// Says what was wrong with a worker that ended; `nil` where it ended as it should.
    ///
    /// - Parameters:
    ///   - words: the last line that it wrote to its standard output.
    ///   - processorTime: what it used of it.
    ///   - timeLimit: how much it could use.
    ///   - memoryLimits: those that it had.
    package static func fault(
        said words: String, end: ChildProcess.End, processorTime: Duration = .zero, logPath: String,
        timeLimit: ProcessorTimeLimit? = .current, memoryLimits: [MemoryLimit] = MemoryLimit.current
    ) -> String? {
        let suspicion = MemoryLimit.suspicion(memoryLimits).map { ", \($0)" } ?? ""
        switch end {
        case .exited(0): return nil
        case .exited where !words.isEmpty: return words
        case .exited(let code): return "it ended with exit code \(code)\(suspicion); see \(logPath)"
        case .signalled(let signal):
            if let why = timeLimit?.explanation(of: signal, used: processorTime) { return why }
            return "it was ended by a signal (\(String(cString: strsignal(signal))))\(suspicion); see \(logPath)"
        }
    }
}
