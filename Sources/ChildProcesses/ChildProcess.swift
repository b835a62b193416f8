import CLinux
import Glibc
import HostSystem
import Synchronization

/// A process that this one started, with a pipe to its standard input and one from its standard output.
///
/// It is the leader of a process group of its own, so that a Ctrl-C at the terminal reaches its parent alone, which
/// decides what becomes of it. It should watch for `ParentDeath` first thing; where it follows, the kernel ends it with
/// the thread that started it, so start such children from a thread that lives as long as they may.
///
/// Safe to use from several threads: one may read while another writes or sends signals. Its end must be waited for.
public final class ChildProcess: Sendable {
    public let processID: pid_t
    private let input: Mutex<Int32?>
    private let output: Int32
    /// Set when the process is reaped: from then on its number may belong to another process.
    private let end = Mutex<(end: End, processorTime: Duration)?>(nil)

    /// How a process ended.
    public enum End: Sendable, Hashable {
        case exited(Int32)
        case signalled(Int32)
    }

    /// - Parameters:
    ///   - executable: a path, not looked up in `PATH`.
    ///   - name: what the process is called in lists of processes; by default the executable's path.
    ///   - arguments: without the program's name.
    ///   - environment: the whole of it.
    ///   - standardError: a descriptor; by default this process's own.
    /// - Throws: `SystemCallError` where a pipe or the process cannot be made.
    public init(
        executable: String, name: String? = nil, arguments: [String], environment: [String: String],
        standardError: Int32 = STDERR_FILENO
    ) throws(SystemCallError) {
        let toChild = try Pipe()
        let fromChild = try Pipe()
        defer {
            close(toChild.readEnd)
            close(fromChild.writeEnd)
        }
        let variables = environment.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
        let result = spawn(
            executable, arguments: [name ?? executable] + arguments, environment: variables,
            input: toChild.readEnd, output: fromChild.writeEnd, error: standardError)
        guard case .success(let processID) = result else {
            close(toChild.writeEnd)
            close(fromChild.readEnd)
            throw result.failure!
        }
        self.processID = processID
        input = Mutex(toChild.writeEnd)
        output = fromChild.readEnd
    }

    deinit {
        precondition(end.withLock { $0 != nil }, "process \(processID) was not waited for")
        closeInput()
        close(output)
    }

    /// Writes all of `bytes` to its standard input; waits while the pipe is full.
    ///
    /// - Throws: where the process has closed it, or ended.
    public func write(_ bytes: [UInt8]) throws(SystemCallError) {
        let code = input.withLock { descriptor -> Int32 in
            guard let descriptor else { return EPIPE }
            return writeAll(bytes, to: descriptor)
        }
        if code != 0 { throw SystemCallError("write to process \(processID)", code) }
    }

    public func closeInput() {
        input.withLock { descriptor in
            if let open = descriptor { close(open) }
            descriptor = nil
        }
    }

    /// What the process wrote since the last call, at most 64 KiB; waits for the first byte. Empty at its end.
    public func read() -> [UInt8] { readSome(from: output) }

    /// Sends a signal, unless the process is known to have ended.
    public func send(signal: Int32) {
        end.withLock { end in
            if end == nil { kill(processID, signal) }
        }
    }

    /// Waits for the end of the process.
    @discardableResult
    public func wait() -> End {
        // The first wait leaves the process a zombie, whose number nobody else can get: `send` stays safe meanwhile.
        var information = siginfo_t()
        while waitid(P_PID, id_t(processID), &information, WEXITED | WNOWAIT) < 0 && errno == EINTR {}
        return end.withLock { end in
            if let end { return end.end }
            var status: Int32 = 0
            var usage = rusage()
            while wait4(processID, &status, 0, &usage) < 0 && errno == EINTR {}
            let signal = status & 0x7f
            let result: End = signal == 0 ? .exited(status >> 8 & 0xff) : .signalled(signal)
            end = (result, Duration(usage.ru_utime) + Duration(usage.ru_stime))
            return result
        }
    }

    /// For how long it kept processors busy; known after `wait`.
    public var processorTime: Duration { end.withLock { $0?.processorTime ?? .zero } }
}

extension Duration {
    fileprivate init(_ time: timeval) {
        self = .seconds(time.tv_sec) + .microseconds(time.tv_usec)
    }
}

private func spawn(
    _ executable: String, arguments: [String], environment: [String], input: Int32, output: Int32, error: Int32
) -> Result<pid_t, SystemCallError> {
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_adddup2(&actions, input, STDIN_FILENO)
    posix_spawn_file_actions_adddup2(&actions, output, STDOUT_FILENO)
    posix_spawn_file_actions_adddup2(&actions, error, STDERR_FILENO)
    // Some libraries' sockets would be handed on, and a child that outlives this process would hold their ports.
    linux_spawn_closing_from(&actions, STDERR_FILENO + 1)

    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    // A group of its own; no signal blocked or ignored because its parent does so.
    var everySignal = sigset_t()
    var noSignal = sigset_t()
    sigfillset(&everySignal)
    sigemptyset(&noSignal)
    posix_spawnattr_setpgroup(&attributes, 0)
    posix_spawnattr_setsigdefault(&attributes, &everySignal)
    posix_spawnattr_setsigmask(&attributes, &noSignal)
    let flags = POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK
    posix_spawnattr_setflags(&attributes, Int16(flags))

    var processID: pid_t = 0
    let code = withCStrings(arguments) { arguments in
        withCStrings(environment) { posix_spawn(&processID, executable, &actions, &attributes, arguments, $0) }
    }
    return code == 0 ? .success(processID) : .failure(SystemCallError("start \(executable)", code))
}

private func withCStrings<R>(_ strings: [String], _ body: ([UnsafeMutablePointer<CChar>?]) -> R) -> R {
    let copies = strings.map { strdup($0) }
    defer { copies.forEach { free($0) } }
    return body(copies + [nil])
}

extension Result where Success == pid_t {
    fileprivate var failure: Failure? {
        if case .failure(let failure) = self { failure } else { nil }
    }
}
