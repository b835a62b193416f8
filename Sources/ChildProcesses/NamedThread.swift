import CLinux
import Glibc

/// Threads for blocking work, which must not hold up the cooperative pool.
public enum NamedThread {
    /// Runs `body` on a thread of its own, named for debuggers (15 bytes at most). Nobody waits for it: `body` reports
    /// its result itself.
    public static func detach(named name: String, _ body: @escaping @Sendable () -> Void) {
        let box = Unmanaged.passRetained(Work(name: name, body: body))
        var thread = pthread_t()
        let code = pthread_create(
            &thread, nil,
            { argument in
                let work = Unmanaged<Work>.fromOpaque(argument!).takeRetainedValue()
                nameThread(work.name)
                work.body()
                return nil
            }, box.toOpaque())
        precondition(code == 0, "cannot make a thread: \(String(cString: strerror(code)))")
        pthread_detach(thread)
    }

    private final class Work: Sendable {
        let name: String
        let body: @Sendable () -> Void

        init(name: String, body: @escaping @Sendable () -> Void) {
            self.name = name
            self.body = body
        }
    }
}

/// Names the calling thread for `ps`, `top` and debuggers: 15 bytes at most.
public func nameThread(_ name: String) {
    _ = linux_set_thread_name(name)
}
