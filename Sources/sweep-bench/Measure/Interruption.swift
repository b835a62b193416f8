import ChildProcesses
import Glibc
import HostSystem
import Synchronization

/// The wish of somebody at the terminal, or of the system, that this program end in good order: its children first.
///
/// The signals are waited for by a thread and handled by no handler, so that anything may be done about them.
final class Interruption: Sendable {
    private let flag = RaisedFlag()
    private let watchers = Mutex<[Int: @Sendable () -> Void]>([:])
    private let watcherCount = Atomic(0)

    /// Blocks the signals in this thread and in those that it starts from now on.
    init() {
        var signals = sigset_t()
        sigemptyset(&signals)
        for number in [SIGINT, SIGTERM, SIGHUP] { sigaddset(&signals, number) }
        pthread_sigmask(SIG_BLOCK, &signals, nil)
        NamedThread.detach(named: "signals") { [self, signals] in
            while true {
                var signals = signals
                var number: Int32 = 0
                guard sigwait(&signals, &number) == 0 else { return }
                flag.raise()
                for watcher in watchers.withLock({ Array($0.values) }) { watcher() }
            }
        }
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
