import ChildProcesses
import Glibc
import HostSystem
import Synchronization

/// Where the handler writes a byte for each signal; -1 before there is a place.
private nonisolated(unsafe) var signalPipe: Int32 = -1

/// The wish of somebody at the terminal, or of the system, that this program end in good order: its children first.
///
/// A handler only writes to a pipe, and a thread reads from it, so that anything may be done about a signal. To block
/// the signals and wait for them would not do: the runtime has threads that were there before and do not block them.
final class Interruption: Sendable {
    private let flag = RaisedFlag()
    private let watchers = Mutex<[Int: @Sendable () -> Void]>([:])
    private let watcherCount = Atomic(0)

    /// From now on the signals end nothing by themselves, unless they are ignored, as behind `nohup`.
    init() {
        var ends: [Int32] = [-1, -1]
        guard pipe(&ends) == 0 else { preconditionFailure("no pipe: \(SystemReason.text(errno))") }
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        signalPipe = ends[1]
        for number in [SIGINT, SIGTERM, SIGHUP] { Self.handle(number) }
        NamedThread.detach(named: "signals") { [self, source = ends[0]] in
            var byte: UInt8 = 0
            while true {
                let count = read(source, &byte, 1)
                if count < 0, errno == EINTR { continue }
                guard count == 1 else { return }
                flag.raise()
                for watcher in watchers.withLock({ Array($0.values) }) { watcher() }
            }
        }
    }

    private static func handle(_ number: Int32) {
        var before = sigaction()
        sigaction(number, nil, &before)
        guard unsafeBitCast(before.__sigaction_handler.sa_handler, to: Int.self) != 1 else { return }
        var action = sigaction()
        action.__sigaction_handler.sa_handler = { _ in
            let code = errno
            var byte: UInt8 = 1
            _ = write(signalPipe, &byte, 1)
            errno = code
        }
        action.sa_flags = SA_RESTART
        sigaction(number, &action, nil)
    }

    /// - Throws: `Interrupted` once a signal has come.
    func check() throws {
        if flag.isRaised { throw Interrupted() }
    }

    /// Calls `react`, on another thread, if a signal comes while `body` runs or has come before.
    func whileWatching<Result>(_ react: @escaping @Sendable () -> Void, _ body: () throws -> Result) rethrows -> Result
    {
        let number = watcherCount.add(1, ordering: .relaxed).newValue
        watchers.withLock { $0[number] = react }
        defer { watchers.withLock { $0[number] = nil } }
        if flag.isRaised { react() }
        return try body()
    }
}

/// Ends the command with exit code 130.
struct Interrupted: Error {}
