import CLinux
import Glibc

/// Threads for blocking work, which must not hold up the cooperative pool.
public enum NamedThread {
    /// Runs `body` on a thread of its own, named for debuggers (15 bytes at most). Nobody waits for it: `body` reports
    /// its result itself.
    ///
    /// For the threads that a process consists of: where they cannot be had, also after a while, it says so and ends.
    public static func detach(named name: String, _ body: @escaping @Sendable () -> Void) {
        for _ in 0..<20 {
            if (try? start(named: name, body)) != nil { return }
            usleep(100_000)
        }
        do {
            try start(named: name, body)
        } catch {
            let line = Array("error: \(error)\n".utf8)
            _ = write(STDERR_FILENO, line, line.count)
            _exit(1)
        }
    }

    /// As `detach`, for a thread without which the process can go on.
    ///
    /// - Throws: `SystemCallError` where the process may have no further thread.
    public static func start(
        named name: String, _ body: @escaping @Sendable () -> Void
    ) throws(SystemCallError) {
        pthread_detach(try create(named: name, body))
    }

    /// Makes a thread that its owner must join or detach. It has the signal mask of the calling one.
    ///
    /// - Throws: `SystemCallError` where the process may have no further thread.
    package static func create(
        named name: String, _ body: @escaping @Sendable () -> Void
    ) throws(SystemCallError) -> pthread_t {
        precondition(name.utf8.count <= 15, "the kernel takes no thread name of \(name.utf8.count) bytes")
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
        guard code == 0 else {
            box.release()
            throw SystemCallError("cannot make the thread \(name)", code)
        }
        return thread
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
