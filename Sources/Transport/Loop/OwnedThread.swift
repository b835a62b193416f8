import ChildProcesses
import Glibc
import HostSystem

/// A named thread that must be joined: a value that goes away without `join` traps.
///
/// It blocks all signals, so that they reach the program's own threads.
struct OwnedThread: ~Copyable, Sendable {
    private let thread: pthread_t
    private var isJoined = false

    /// - Parameter name: for debuggers and `top`, 15 bytes at most.
    /// - Throws: `system` where the process has too many threads.
    init(named name: String, _ body: @escaping @Sendable () -> Void) throws(TransportError) {
        var all = sigset_t()
        var before = sigset_t()
        sigfillset(&all)
        pthread_sigmask(SIG_SETMASK, &all, &before)
        defer { pthread_sigmask(SIG_SETMASK, &before, nil) }
        do throws(SystemCallError) {
            thread = try NamedThread.create(named: name, body)
        } catch {
            throw TransportError(.system, "cannot make a thread", systemCode: error.code)
        }
    }

    deinit {
        precondition(isJoined, "a thread was given up without being joined")
    }

    /// Waits until the thread's body has returned.
    consuming func join() {
        let code = pthread_join(thread, nil)
        precondition(code == 0, "pthread_join: \(SystemReason.words(code))")
        isJoined = true
    }
}
