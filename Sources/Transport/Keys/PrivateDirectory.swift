import Glibc
import HostSystem

/// A directory that nobody but this user can look into or change, which is asserted at each use.
///
/// All its files are opened through the directory's descriptor, so that what was checked is also what is used. Files
/// appear whole or not at all, and never replace one another: of two processes that make the same file, one wins.
struct PrivateDirectory: Sendable {
    let path: String

    /// Makes the directory and its parents where they are missing.
    ///
    /// - Throws: `unsafeKeys` where it belongs to somebody else or is open to others, `fileSystem` where it cannot be
    ///   made.
    init(creating path: String) throws(TransportError) {
        self.path = path
        try Self.create(path)
        try withDescriptor { _ in }
    }

    /// The file's bytes, at most `byteLimit`; `nil` where there is no such file.
    ///
    /// - Throws: `unsafeKeys` where the file belongs to somebody else or is open to others.
    func read(_ name: String, byteLimit: Int) throws(TransportError) -> [UInt8]? {
        try withDescriptor { (directory) throws(TransportError) in
            let file = openat(directory, name, O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK)
            if file < 0 {
                if errno == ENOENT { return nil }
                throw failure("read", name)
            }
            defer { close(file) }
            try requirePrivate(file, "\(path)/\(name)", kind: S_IFREG, remedy: "chmod 600 '\(path)/\(name)'")
            var bytes = [UInt8](repeating: 0, count: byteLimit)
            let count = retried { Glibc.read(file, &bytes, byteLimit) }
            guard count >= 0 else { throw failure("read", name) }
            return Array(bytes.prefix(count))
        }
    }

    /// Makes the file with mode 0600, and says whether it did: `false` where the name exists.
    func create(_ name: String, _ bytes: [UInt8]) throws(TransportError) -> Bool {
        try withDescriptor { (directory) throws(TransportError) in
            let temporary = ".\(name).\(getpid()).\(String(UInt64.random(in: 0 ... .max), radix: 36))"
            try write(bytes, to: temporary, in: directory)
            // A rename would take the name from a process that was first; a link refuses.
            let linked = linkat(directory, temporary, directory, name, 0)
            let code = errno
            unlinkat(directory, temporary, 0)
            guard linked == 0 else {
                if code == EEXIST { return false }
                throw failure("create", name, code)
            }
            guard fsync(directory) == 0 else { throw failure("flush", name) }
            return true
        }
    }

    /// The names of its files, sorted, without those that begin with a dot.
    func names() throws(TransportError) -> [String] {
        try withDescriptor { (directory) throws(TransportError) in
            let copy = openat(directory, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC)
            guard copy >= 0, let stream = fdopendir(copy) else { throw failure("list", "") }
            defer { closedir(stream) }
            var names: [String] = []
            while let entry = readdir(stream) {
                let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
                    pointer.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
                }
                if !name.hasPrefix(".") { names.append(name) }
            }
            return names.sorted()
        }
    }

    /// What changes whenever a name in the directory is made, replaced or removed; `nil` where it cannot be asked.
    func changeMark() -> ChangeMark? {
        var status = stat()
        guard stat(path, &status) == 0 else { return nil }
        return ChangeMark(
            device: UInt64(status.st_dev), inode: UInt64(status.st_ino),
            changed: .seconds(status.st_ctim.tv_sec) + .nanoseconds(status.st_ctim.tv_nsec))
    }

    struct ChangeMark: Equatable {
        var device: UInt64
        var inode: UInt64
        /// The status change time since 1970: nobody can set it back, as they can the modification time.
        var changed: Duration
    }
}

// MARK: - Steps

extension PrivateDirectory {
    private func withDescriptor<Result>(
        _ body: (Int32) throws(TransportError) -> Result
    ) throws(TransportError) -> Result {
        let directory = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard directory >= 0 else { throw failure("open", "") }
        defer { close(directory) }
        try requirePrivate(directory, path, kind: S_IFDIR, remedy: "chmod 700 '\(path)'")
        return try body(directory)
    }

    private func requirePrivate(
        _ descriptor: Int32, _ path: String, kind: mode_t, remedy: String
    ) throws(TransportError) {
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw failure("examine", "") }
        guard status.st_mode & S_IFMT == kind else {
            throw TransportError(.unsafeKeys, "\(path) is not what a key store has there", remedy: "move it away")
        }
        guard status.st_uid == geteuid() else {
            throw TransportError(
                .unsafeKeys, "\(path) belongs to user \(status.st_uid), not to you (\(geteuid()))",
                remedy: "keep the keys in a directory of your own")
        }
        guard status.st_mode & 0o077 == 0 else {
            throw TransportError(.unsafeKeys, "others have access to \(path)", remedy: remedy)
        }
    }

    private func write(_ bytes: [UInt8], to name: String, in directory: Int32) throws(TransportError) {
        let file = openat(directory, name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard file >= 0 else { throw failure("create", name) }
        defer { close(file) }
        let code = writeAll(bytes, to: file)
        guard code == 0 else {
            unlinkat(directory, name, 0)
            throw failure("write", name, code)
        }
        guard fsync(file) == 0 else {
            let code = errno
            unlinkat(directory, name, 0)
            throw failure("flush", name, code)
        }
    }

    private static func create(_ path: String) throws(TransportError) {
        if mkdir(path, 0o700) == 0 || errno == EEXIST { return }
        var code = errno
        let parent = path.lastIndex(of: "/").map { String(path[..<$0]) } ?? ""
        if code == ENOENT, !parent.isEmpty, access(parent, F_OK) != 0 {
            try create(parent)
            if mkdir(path, 0o700) == 0 || errno == EEXIST { return }
            code = errno
        }
        let isPlace = [EACCES, EPERM, EROFS, ENOENT, ENOTDIR].contains(code)
        throw TransportError(
            .fileSystem, "cannot create the key directory \(path)", systemCode: code,
            remedy: isPlace ? "set XDG_CONFIG_HOME to a directory of yours that can be written" : nil)
    }

    private func failure(_ action: String, _ name: String, _ code: Int32 = errno) -> TransportError {
        TransportError(
            .fileSystem, "cannot \(action) \(name.isEmpty ? path : "\(path)/\(name)")", systemCode: code)
    }
}

private func retried(_ call: () -> Int) -> Int {
    while true {
        let result = call()
        if result >= 0 || errno != EINTR { return result }
    }
}
