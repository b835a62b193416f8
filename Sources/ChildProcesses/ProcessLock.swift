import Glibc

/// The claim of one process on the path of a file, which tells others whose it is.
///
/// A record lock of POSIX: the kernel drops it when the process ends, however that happens, and names its holder to
/// those who ask. An `flock` would not; a pid in the file would outlive its process. The process that holds it must not
/// use the file in any other way: to close any descriptor of it there drops the lock.
public struct ProcessLock: Sendable {
    public let path: String

    public init(path: String) {
        self.path = path
    }

    /// Claims the path for this process, until it ends.
    ///
    /// - Returns: `false` where another process has it.
    public func take() throws(ChildProcessError) -> Bool {
        let descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard descriptor >= 0 else { throw ChildProcessError("open \(path)", errno) }
        var claim = Self.wholeFile(F_WRLCK)
        if fcntl(descriptor, F_SETLK, &claim) == 0 { return true }
        let code = errno
        close(descriptor)
        guard code == EACCES || code == EAGAIN else { throw ChildProcessError("lock \(path)", code) }
        return false
    }

    /// The process that has it; `nil` where none does. One that cannot be seen from here, in another PID namespace, is
    /// no positive number.
    public func holder() throws(ChildProcessError) -> pid_t? {
        guard let descriptor = try openToLook() else { return nil }
        defer { close(descriptor) }
        var claim = Self.wholeFile(F_WRLCK)
        guard fcntl(descriptor, F_GETLK, &claim) == 0 else { throw ChildProcessError("look at \(path)", errno) }
        return claim.l_type == Int16(F_UNLCK) ? nil : claim.l_pid
    }

    /// Waits until no other process has it.
    public func waitUntilFree() throws(ChildProcessError) {
        guard let descriptor = try openToLook() else { return }
        defer { close(descriptor) }
        var claim = Self.wholeFile(F_RDLCK)
        while fcntl(descriptor, F_SETLKW, &claim) != 0 {
            guard errno == EINTR else { throw ChildProcessError("wait for \(path)", errno) }
        }
    }

    /// Sends a signal to `process`, unless it has the lock no more: its number may be another one's by now.
    public func send(signal: Int32, to process: pid_t) {
        guard process > 0, (try? holder()) == process else { return }
        kill(process, signal)
    }

    private func openToLook() throws(ChildProcessError) -> Int32? {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW)
        if descriptor < 0, errno == ENOENT { return nil }
        guard descriptor >= 0 else { throw ChildProcessError("open \(path)", errno) }
        return descriptor
    }

    private static func wholeFile(_ kind: Int32) -> flock {
        var claim = flock()
        claim.l_type = Int16(kind)
        claim.l_whence = Int16(SEEK_SET)
        return claim
    }
}
