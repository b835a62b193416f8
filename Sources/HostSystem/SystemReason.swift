import Glibc

/// What the error number of a system call means to the person at the terminal, and what to do about it.
///
/// The one table of such remedies: what failed and where is said by whoever met the error.
public enum SystemReason {
    /// The C library's words for `code`.
    public static func words(_ code: Int32) -> String { String(cString: strerror(code)) }

    /// The words and, where there is one, the remedy.
    public static func text(_ code: Int32) -> String {
        remedy(code).map { "\(words(code)); \($0)" } ?? words(code)
    }

    /// What to do; `nil` where the words say all that can be said.
    public static func remedy(_ code: Int32) -> String? {
        switch code {
        case EMFILE: descriptorRemedy
        case ENFILE: "end other programs of this host, or raise fs.file-max"
        // Processes and threads fail so. A lock that others hold does too, but whoever asks for it expects that.
        case EAGAIN: "no more processes or threads can be started; \(MemoryLimit.remedy ?? ProcessLimit.remedy)"
        case ENOMEM: MemoryLimit.remedy ?? "use fewer slots, or end other programs"
        case ENOSPC: "make room"
        case EDQUOT: "delete files of yours there, or have the quota raised"
        case EROFS: "mount it for writing, or choose another directory"
        case EIO: "the device failed; look into the kernel's log (dmesg)"
        case EACCES: "have access given to this user, or choose another directory"
        case EPERM: "its owner or a policy of this host forbids it; choose another directory"
        case ENOENT: "make the directory, or choose another one"
        case ENOTDIR: "a part of the path is no directory; choose another one"
        case ENAMETOOLONG: "choose a shorter path"
        case ELOOP: "a symbolic link is in the way; choose another path"
        case EFBIG: "raise the limit of file sizes (ulimit -f)"
        case ENOLCK: "the file system gives no locks; choose a directory of a local one"
        default: nil
        }
    }

    private static var descriptorRemedy: String {
        "this process may have \(FileLimit.current.soft) files open; raise that limit "
            + "(ulimit -n, LimitNOFILE= of systemd)"
    }
}
