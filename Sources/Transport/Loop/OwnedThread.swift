import CZeroMQ
import Glibc

/// A named thread that must be joined: a value that goes away without `join` traps.
///
/// It blocks all signals, so that they reach the program's own threads.
struct OwnedThread: ~Copyable, Sendable {
    private let thread: pthread_t
    private var isJoined = false

    /// - Parameter name: for debuggers and `top`, 15 bytes at most.
    /// - Throws: `system` where the process has too many threads.
    init(named name: String, _ body: @escaping @Sendable () -> Void) throws(TransportError) {
        precondition(name.utf8.count <= 15, "the kernel takes no thread name of \(name.utf8.count) bytes")
        let work = Unmanaged.passRetained(Work(name: name, body: body))
        var thread = pthread_t()
        var all = sigset_t()
        var before = sigset_t()
        sigfillset(&all)
        pthread_sigmask(SIG_SETMASK, &all, &before)
        let code = pthread_create(&thread, nil, Self.runWork, work.toOpaque())
        pthread_sigmask(SIG_SETMASK, &before, nil)
        if code != 0 {
            work.release()
            throw TransportError(.system, "cannot make a thread", systemCode: code)
        }
        self.thread = thread
    }

    deinit {
        precondition(isJoined, "a thread was given up without being joined")
    }

    /// Waits until the thread's body has returned.
    consuming func join() {
        let code = pthread_join(thread, nil)
        precondition(code == 0, "pthread_join: \(String(cString: strerror(code)))")
        isJoined = true
    }

    private final class Work: Sendable {
        let name: String
        let body: @Sendable () -> Void

        init(name: String, body: @escaping @Sendable () -> Void) {
            self.name = name
            self.body = body
        }
    }

    private static let runWork: @convention(c) (UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? = { argument in
        let work = Unmanaged<Work>.fromOpaque(argument!).takeRetainedValue()
        zeromq_name_thread(work.name)
        work.body()
        return nil
    }
}
