import DurableFiles
import Glibc

/// A directory that nobody but this user can look into or change, which is asserted at each use.
///
/// All its files are opened through the directory's descriptor, so that what was checked is also what is used. Files
/// appear whole or not at all: of two processes that create the same file one wins, and what is to be replaced is read
/// and written by one process at a time, under the directory's lock.
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
            return try contents(of: file, name, byteLimit: byteLimit)
        }
    }

    /// Makes the file with mode 0600, and says whether it did: `false` where the name exists.
    func create(_ name: String, _ bytes: [UInt8]) throws(TransportError) -> Bool {
        try withDescriptor { (directory) throws(TransportError) in
            let temporary = DurableFile.uniqueName(beside: name)
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

    /// Puts the bytes in the place of the file, or makes it; whoever reads it sees the old bytes or the new ones.
    func replace(_ name: String, with bytes: [UInt8]) throws(TransportError) {
        try withDescriptor { (directory) throws(TransportError) in
            let temporary = DurableFile.uniqueName(beside: name)
            try write(bytes, to: temporary, in: directory)
            guard renameat(directory, temporary, directory, name) == 0 else {
                let code = errno
                unlinkat(directory, temporary, 0)
                throw failure("replace", name, code)
            }
            guard fsync(directory) == 0 else { throw failure("flush", name) }
        }
    }

    /// Runs `body` while no other process or thread does so with this directory. What it reads there stays as it is
    /// until it returns, as far as nobody edits files by hand.
    func locked<Result>(_ body: () throws(TransportError) -> Result) throws(TransportError) -> Result {
        let lock = try withDescriptor { (directory) throws(TransportError) in
            let file = openat(directory, ".lock", O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0o600)
            guard file >= 0 else { throw failure("create", ".lock") }
            return file
        }
        // The kernel lets go of it with the descriptor, and so with the process.
        defer { close(lock) }
        guard retried({ Int(flock(lock, LOCK_EX)) }) == 0 else { throw failure("lock", ".lock") }
        return try body()
    }

    /// Removes the file, and says whether it was there.
    func remove(_ name: String) throws(TransportError) -> Bool {
        try withDescriptor { (directory) throws(TransportError) in
            if unlinkat(directory, name, 0) != 0 {
                if errno == ENOENT { return false }
                throw failure("remove", name)
            }
            guard fsync(directory) == 0 else { throw failure("flush", name) }
            return true
        }
    }

    /// Its files without those that begin with a dot, sorted by their names.
    func files() throws(TransportError) -> [(name: String, stamp: FileStamp)] {
        try withDescriptor { (directory) throws(TransportError) in
            let copy = openat(directory, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC)
            guard copy >= 0, let stream = fdopendir(copy) else { throw failure("list", "") }
            defer { closedir(stream) }
            var files: [(name: String, stamp: FileStamp)] = []
            while let entry = readdir(stream) {
                let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
                    pointer.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
                }
                var status = stat()
                // A file that is gone by now is not listed.
                guard !name.hasPrefix("."), fstatat(directory, name, &status, AT_SYMLINK_NOFOLLOW) == 0 else {
                    continue
                }
                files.append((name, FileStamp(status)))
            }
            return files.sorted { $0.name < $1.name }
        }
    }

    /// What changes whenever a name in the directory is made, replaced or removed; `nil` where it cannot be asked.
    func stamp() -> FileStamp? {
        var status = stat()
        return stat(path, &status) == 0 ? FileStamp(status) : nil
    }

    /// Opens the file and locks it for as long as the descriptor is open; `nil` where there is none.
    ///
    /// - Returns: the descriptor, or -1 where another process or thread has the lock; and the file's bytes.
    func hold(_ name: String, byteLimit: Int) throws(TransportError) -> (descriptor: Int32, bytes: [UInt8])? {
        try withDescriptor { (directory) throws(TransportError) in
            // An exclusive lock wants a file that can be written, on file systems of other hosts.
            let file = openat(directory, name, O_RDWR | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK)
            if file < 0 {
                if errno == ENOENT { return nil }
                throw failure("open", name)
            }
            do throws(TransportError) {
                let bytes = try contents(of: file, name, byteLimit: byteLimit)
                if retried({ Int(flock(file, LOCK_EX | LOCK_NB)) }) == 0 { return (file, bytes) }
                guard errno == EWOULDBLOCK else { throw failure("lock", name) }
                close(file)
                return (-1, bytes)
            } catch {
                close(file)
                throw error
            }
        }
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

    private func contents(of file: Int32, _ name: String, byteLimit: Int) throws(TransportError) -> [UInt8] {
        try requirePrivate(file, "\(path)/\(name)", kind: S_IFREG, remedy: "chmod 600 '\(path)/\(name)'")
        var bytes = [UInt8](repeating: 0, count: byteLimit)
        let count = retried { Glibc.read(file, &bytes, byteLimit) }
        guard count >= 0 else { throw failure("read", name) }
        return Array(bytes.prefix(count))
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
        do {
            try DurableFile.create(name, in: directory, mode: 0o600, path: "\(path)/\(name)") { try $0.append(bytes) }
        } catch {
            // Nothing else is thrown there.
            let fault = error as! FileFault
            throw failure(fault.action, name, fault.code)
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
