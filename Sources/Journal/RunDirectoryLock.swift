import DurableFiles
import Glibc

/// The claim of one coordinator on a run directory, for as long as the value lives.
///
/// It is an `flock` on `.lock`: the kernel drops it when the process ends, however that happens, so a crash leaves no
/// stale lock behind. A file with a pid alone would. The file itself is never removed: a second process might hold
/// the removed one while a third locks a new one.
struct RunDirectoryLock: ~Copyable {
    private let descriptor: Int32

    /// - Throws: `inUse` with the holder's pid and host; `readOnly` where the file cannot be made.
    init(_ directory: RunDirectory) throws(JournalError) {
        let path = directory.lockFile
        // Close-on-exec: a trainer that inherited the descriptor would hold the lock after its coordinator died.
        let descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o666)
        guard descriptor >= 0 else { throw JournalError(FileFault("open", path: path, code: errno)) }
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            let code = errno
            defer { close(descriptor) }
            guard code == EWOULDBLOCK else { throw JournalError(FileFault("lock", path: path, code: code)) }
            throw Self.inUse(directory, holder: Self.content(of: descriptor))
        }
        self.descriptor = descriptor
        Self.sign(descriptor)
    }

    deinit { close(descriptor) }

    private static func inUse(_ directory: RunDirectory, holder: String) -> JournalError {
        let who = holder.isEmpty ? "" : " (\(holder))"
        let message = "another sweep run\(who) works in this directory; wait until it ends, or stop it"
        return JournalError(.inUse, path: directory.path, message)
    }

    /// The holder's name is for people only. So on a full disk it may be missing, and the lock still stands.
    private static func sign(_ descriptor: Int32) {
        var name = [CChar](repeating: 0, count: 256)
        gethostname(&name, name.count - 1)
        let host = String(decoding: name.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
        let text = Array("pid \(getpid()) on \(host)".utf8)
        ftruncate(descriptor, 0)
        _ = pwrite(descriptor, text, text.count, 0)
    }

    private static func content(of descriptor: Int32) -> String {
        var bytes = [UInt8](repeating: 0, count: 512)
        let count = pread(descriptor, &bytes, bytes.count, 0)
        return String(decoding: bytes.prefix(max(count, 0)).filter { (32..<127).contains($0) }, as: UTF8.self)
    }
}
