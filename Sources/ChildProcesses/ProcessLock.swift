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

    /// A lock that this process holds until it ends.
    public struct Claim: Sendable {
        fileprivate let path: String
        fileprivate let descriptor: Int32

        /// Removes the file, which has done its duty, unless another one has its name by now. The lock stays.
        public func removeFile() {
            if isOfPath { unlink(path) }
        }

        /// Whether the locked file is still the one that others find.
        fileprivate var isOfPath: Bool {
            var own = stat()
            var named = stat()
            return fstat(descriptor, &own) == 0 && stat(path, &named) == 0 && own.st_dev == named.st_dev
                && own.st_ino == named.st_ino
        }
    }

    /// Claims the path for this process.
    ///
    /// - Returns: `nil` where another process has it.
    /// - Throws: `SystemCallError` where the file cannot be made, opened or locked.
    public func take() throws(SystemCallError) -> Claim? {
        while true {
            let descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o600)
            guard descriptor >= 0 else { throw SystemCallError("open \(path)", errno) }
            var lock = Self.wholeFile(F_WRLCK)
            let code = fcntl(descriptor, F_SETLK, &lock) == 0 ? 0 : errno
            let claim = Claim(path: path, descriptor: descriptor)
            if code == 0, claim.isOfPath { return claim }
            close(descriptor)
            // The lock's file was removed meanwhile, and nobody would find it.
            if code == 0 { continue }
            guard code == EACCES || code == EAGAIN else { throw SystemCallError("lock \(path)", code) }
            return nil
        }
    }

    /// Removes the file that a process left which was killed.
    public func removeFileIfFree() {
        guard let claim = try? take() else { return }
        claim.removeFile()
        close(claim.descriptor)
    }

    /// The process that has it; `nil` where none does. A process in another PID namespace
    /// cannot be seen from here; its number is not positive.
    ///
    /// - Throws: `SystemCallError` where the file is there and cannot be opened, or its lock not be asked for.
    public func holder() throws(SystemCallError) -> pid_t? {
        guard let descriptor = try openToLook() else { return nil }
        defer { close(descriptor) }
        var lock = Self.wholeFile(F_WRLCK)
        guard fcntl(descriptor, F_GETLK, &lock) == 0 else { throw SystemCallError("look at \(path)", errno) }
        return lock.l_type == Int16(F_UNLCK) ? nil : lock.l_pid
    }

    /// Waits until no other process has it.
    public func waitUntilFree() {
        // Short of descriptors or locks, the kernel cannot be asked to wait; then it is asked now and then.
        while (try? waitInKernel()) == nil { sleep(1) }
    }

    private func waitInKernel() throws(SystemCallError) {
        guard let descriptor = try openToLook() else { return }
        defer { close(descriptor) }
        var lock = Self.wholeFile(F_RDLCK)
        while fcntl(descriptor, F_SETLKW, &lock) != 0 {
            guard errno == EINTR else { throw SystemCallError("wait for \(path)", errno) }
        }
    }

    /// Sends a signal to `process`, unless it has the lock no more: its number may be another one's by now.
    ///
    /// - Throws: what `holder` throws, and `SystemCallError` where the signal is refused.
    public func send(signal: Int32, to process: pid_t) throws(SystemCallError) {
        guard process > 0, try holder() == process else { return }
        guard kill(process, signal) == 0 || errno == ESRCH else { throw SystemCallError("signal \(process)", errno) }
    }

    private func openToLook() throws(SystemCallError) -> Int32? {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW)
        if descriptor < 0, errno == ENOENT { return nil }
        guard descriptor >= 0 else { throw SystemCallError("open \(path)", errno) }
        return descriptor
    }

    private static func wholeFile(_ kind: Int32) -> flock {
        var lock = flock()
        lock.l_type = Int16(kind)
        lock.l_whence = Int16(SEEK_SET)
        return lock
    }
}
