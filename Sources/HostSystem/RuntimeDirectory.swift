import Glibc

/// The directory of this user for what lives no longer than the processes that use it: sockets and locks.
///
/// Several processes must find the same one: a coordinator, the commands in other terminals, and the worker that
/// outlives its coordinator and the next coordinator. So the candidates have a fixed order and the first that is usable
/// is taken, and a coordinator records what it took in its journal, because the environments of these processes differ:
/// a job of cron has no `XDG_RUNTIME_DIR`, a batch job has a `TMPDIR` of its own. A random name is found by that record
/// alone, and a run that is killed leaves its directory behind, so it is the last resort: for a host on which somebody
/// has taken every name that can be guessed.
public struct RuntimeDirectory: Sendable, Equatable {
    public let path: String

    /// A place that may be used.
    public struct Candidate: Sendable, Equatable {
        public let path: String
        /// Others may write into the directory around it, as into `/tmp`: then nobody but its owner may rename what is
        /// in there.
        let isShared: Bool
    }

    /// How many names are tried in a directory that others can write into: somebody else may have taken the first ones.
    static let nameCount = 10

    /// In their order: `$XDG_RUNTIME_DIR/sweep`; `sweep-UID`, `sweep-UID-1` … in `$TMPDIR`, `/tmp` and `/var/tmp`; and
    /// at last `fallback`.
    ///
    /// - Parameter fallback: a directory to be made in one that belongs to the sweep itself.
    public static func candidates(
        environment: [String: String], fallback: String? = nil, user: uid_t = geteuid()
    ) -> [Candidate] {
        let runtime = absolutePath("XDG_RUNTIME_DIR", in: environment)
        let own = runtime.map { Candidate(path: "\($0)/sweep", isShared: true) }
        var parents: [String] = []
        for parent in [absolutePath("TMPDIR", in: environment), "/tmp", "/var/tmp"].compactMap({ $0 })
        where !parents.contains(parent) { parents.append(parent) }
        let shared = parents.flatMap { parent in
            (0..<nameCount).map { "\(parent)/sweep-\(user)" + ($0 == 0 ? "" : "-\($0)") }
        }
        return (own.map { [$0] } ?? []) + shared.map { Candidate(path: $0, isShared: true) }
            + (fallback.map { [Candidate(path: $0, isShared: false)] } ?? [])
    }

    /// A directory that was taken before, of which `isPrivate` says whether it is still to be trusted.
    public init(path: String) {
        self.path = path
    }

    /// Takes the first of the candidates that is usable, and makes it where it is missing.
    ///
    /// - Parameters:
    ///   - recorded: what was taken before, which goes first.
    ///   - longestName: bytes of the longest name of a socket in it.
    /// - Throws: why none is usable, and what to do.
    public static func make(
        recorded: String?, candidates: [Candidate], longestName: Int
    ) throws(RuntimeDirectoryFault) -> Self {
        // A directory that was recorded is still there, or its sockets are gone as well.
        if let recorded = trusted(recorded, among: candidates), recorded.refusal(longestName) == nil {
            return recorded
        }
        var refusals: [(parent: String, reason: String)] = []
        for candidate in candidates {
            let directory = Self(path: candidate.path)
            guard let reason = candidate.makeDirectory() ?? directory.refusal(longestName) else { return directory }
            // The names in one place mostly fail for one reason, of which the first is told.
            let parent = parentDirectory(of: candidate.path)
            if refusals.last?.parent != parent { refusals.append((parent, "\(candidate.path): \(reason)")) }
        }
        for parent in refusals.map(\.parent) {
            let candidate = Candidate(path: "\(parent)/\(randomName())", isShared: true)
            let directory = Self(path: candidate.path)
            if (candidate.makeDirectory() ?? directory.refusal(longestName)) == nil { return directory }
        }
        throw RuntimeDirectoryFault(reasons: refusals.map(\.reason), longestPath: socketPathLimit - 1 - longestName)
    }

    /// The first that is there and private; makes nothing.
    public static func find(recorded: String?, candidates: [Candidate]) -> Self? {
        if let recorded = trusted(recorded, among: candidates) { return recorded }
        return candidates.first(where: \.isPrivate).map { Self(path: $0.path) }
    }

    /// Whether it has a random name, which no other run finds: whoever took it removes it.
    public var isOfOneRun: Bool { path.split(separator: "/").last?.hasPrefix(Self.randomNamesStart) ?? false }

    /// Whether the directory is this user's, and nobody else can enter it.
    public var isPrivate: Bool { intrusion == nil }

    /// `sockaddr_un.sun_path` has 108 bytes with the closing zero.
    public static let socketPathLimit = 107
}

/// No directory for sockets can be had, in one line that says why and what to do.
public struct RuntimeDirectoryFault: Error, Sendable, CustomStringConvertible {
    public let reasons: [String]
    /// Bytes that the path of a directory may have.
    let longestPath: Int

    public var description: String {
        "there is no place for this sweep's sockets (\(reasons.joined(separator: "; "))); set XDG_RUNTIME_DIR or "
            + "TMPDIR "
            + "to a directory of yours that can be written and whose path has at most \(longestPath - 20) bytes"
    }
}

// MARK: - Steps

extension RuntimeDirectory.Candidate {
    /// Whether the directory is there, and nobody else can have put it or anything in it there.
    fileprivate var isPrivate: Bool { surroundingRefusal == nil && RuntimeDirectory(path: path).isPrivate }

    /// Makes the directory unless something has its name; why not, where it could not be.
    fileprivate func makeDirectory() -> String? {
        if let surroundingRefusal { return surroundingRefusal }
        guard mkdir(path, 0o700) == 0 || errno == EEXIST else {
            let code = errno
            // Some file systems say so of a name that is taken, since nothing can be made in them.
            var status = stat()
            return lstat(path, &status) == 0 ? nil : SystemReason.words(code)
        }
        return nil
    }

    /// Why somebody else could exchange the directory for another one; `nil` where nobody can.
    private var surroundingRefusal: String? {
        var status = stat()
        guard stat(RuntimeDirectory.parentDirectory(of: path), &status) == 0 else { return SystemReason.words(errno) }
        guard isShared else { return nil }
        guard [0, geteuid()].contains(status.st_uid) else {
            return "the directory around it belongs to user \(status.st_uid)"
        }
        guard status.st_mode & 0o022 == 0 || status.st_mode & S_ISVTX != 0 else {
            return "others can rename what is in the directory around it"
        }
        return nil
    }
}

extension RuntimeDirectory {
    /// What was taken before, where it is still there and private.
    private static func trusted(_ recorded: String?, among candidates: [Candidate]) -> Self? {
        guard let recorded else { return nil }
        // The sweep's own directory may be its group's, who can change the sweep anyway.
        let isOwn = candidates.contains { $0.path == recorded && !$0.isShared }
        return Candidate(path: recorded, isShared: !isOwn).isPrivate ? Self(path: recorded) : nil
    }

    /// A name that nobody can guess, so that no other user has taken it.
    private static func randomName() -> String {
        "\(randomNamesStart)\(String(UInt64.random(in: 0 ... .max), radix: 36))"
    }

    fileprivate static var randomNamesStart: String { "sweep-\(geteuid())-run-" }

    /// Why the directory cannot be used; `nil` where it can.
    fileprivate func refusal(_ longestName: Int) -> String? {
        if let intrusion { return intrusion }
        let length = path.utf8.count + 1 + longestName
        guard length <= Self.socketPathLimit else {
            return "a socket's path would have \(length) bytes, and the system takes \(Self.socketPathLimit)"
        }
        return socketRefusal
    }

    /// Why others may have put something there; `nil` where they cannot have.
    private var intrusion: String? {
        var status = stat()
        guard lstat(path, &status) == 0 else { return SystemReason.words(errno) }
        switch status.st_mode & S_IFMT {
        case S_IFDIR: break
        case S_IFLNK: return "is a symbolic link"
        default: return "is not a directory"
        }
        guard status.st_uid == geteuid() else { return "belongs to user \(status.st_uid)" }
        // A file system that has no such modes says that others can.
        return status.st_mode & 0o077 == 0 ? nil : "others can enter it"
    }

    /// Makes a socket and removes it: some file systems hold none, and one may have become read-only.
    private var socketRefusal: String? {
        let descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { return SystemReason.words(errno) }
        defer { close(descriptor) }
        let name = "\(path)/\(getpid())"
        unlink(name)
        let code = withUnixAddress(of: name) { bind(descriptor, $0, $1) == 0 ? 0 : errno } ?? ENAMETOOLONG
        unlink(name)
        return code == 0 ? nil : SystemReason.words(code)
    }

    fileprivate static func parentDirectory(of path: String) -> String {
        path.lastIndex(of: "/").map { $0 == path.startIndex ? "/" : String(path[..<$0]) } ?? "."
    }
}
