import Glibc
import HostSystem

/// Files that are complete at every moment: written beside, flushed, renamed, and the directory flushed.
///
/// A reader sees the old bytes or the new ones, never a part, also after a power cut. The rename is what makes it so;
/// the flush before it keeps a file system from naming a file whose blocks are not written yet.
public enum DurableFile {
    /// Replaces or creates the file at `path` with `bytes`; on an error the old file is as it was.
    ///
    /// - Throws: `FileFault` where a step fails; the half-written file beside is removed.
    public static func replace(_ path: String, with bytes: some Collection<UInt8>) throws(FileFault) {
        do {
            try replace(path) { writer in try writer.append(bytes) }
        } catch {
            // Nothing else is thrown there.
            throw error as! FileFault
        }
    }

    /// Replaces or creates the file at `path` with what `body` appends, which need never be in memory as a whole; on an
    /// error the old file is as it was.
    ///
    /// - Throws: `FileFault` where a step fails, and what `body` throws; the half-written file beside is removed.
    public static func replace(_ path: String, _ body: (FileAppender) throws -> Void) throws {
        let temporary = "\(parent(of: path))/\(uniqueName(beside: name(of: path)))\(temporarySuffix)"
        try create(temporary, mode: 0o666, body)
        do throws(FileFault) {
            try move(temporary, to: path)
        } catch {
            unlink(temporary)
            throw error
        }
    }

    /// Gives a file that is whole and flushed its name, in the same directory; it takes the place of another one there.
    ///
    /// - Throws: `FileFault` where it cannot be renamed, or the directory cannot be flushed.
    public static func move(_ path: String, to final: String) throws(FileFault) {
        _ = try checked("rename", final) { rename(path, final) }
        try flushDirectory(of: final)
    }

    /// Makes a file under a name that nothing has, writes what `body` appends, and flushes it.
    ///
    /// - Parameters:
    ///   - name: in the directory, or a path where that is `AT_FDCWD`.
    ///   - directory: its descriptor.
    ///   - mode: who may do what with it, less the process's mask.
    ///   - path: what a fault calls the file; `nil` for its name.
    /// - Throws: `FileFault` where a step fails, and what `body` throws; the file is removed then.
    package static func create(
        _ name: String, in directory: Int32 = AT_FDCWD, mode: mode_t, path: String? = nil,
        _ body: (FileAppender) throws -> Void
    ) throws {
        let path = path ?? name
        // O_EXCL: a name that exists belongs to somebody else, however unlikely that is.
        let flags = O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW
        let descriptor = try checked("create", path) { openat(directory, name, flags, mode) }
        defer { close(descriptor) }
        do {
            try body(FileAppender(descriptor: descriptor, path: path))
            _ = try checked("flush", path) { fsync(descriptor) }
        } catch {
            unlinkat(directory, name, 0)
            throw error
        }
    }

    /// A name for what is being written before it gets the name `name`: a hidden one, so that `*.csv` does not match
    /// it, in the same directory, since a rename cannot cross file systems.
    package static func uniqueName(beside name: some StringProtocol) -> String {
        // The process id separates processes of a host, the random part hosts that share the directory and threads.
        "\(temporaryPrefix(for: name))\(getpid()).\(String(UInt64.random(in: 0 ... .max), radix: 36))"
    }

    /// Makes the directory at `path`, and its parents, where they are missing.
    ///
    /// - Throws: `FileFault` where one cannot be made; `ENOTDIR` where something else has the name.
    public static func makeDirectory(_ path: String) throws(FileFault) {
        if mkdir(path, 0o777) == 0 { return try flushDirectory(of: path) }
        let code = errno
        switch code {
        case EEXIST where isDirectory(path): return
        case EEXIST: throw FileFault("create directory", path: path, code: ENOTDIR)
        // Some file systems say this of a directory that is there, since they let nobody make anything in it.
        case ENOENT where !isDirectory(parent(of: path)):
            try makeDirectory(parent(of: path))
            try makeDirectory(path)
        default: throw FileFault("create directory", path: path, code: code)
        }
    }

    /// Makes the creation, renaming and removal of names in the directory of `path` durable.
    ///
    /// - Throws: `FileFault` where the directory cannot be opened or flushed.
    public static func flushDirectory(of path: String) throws(FileFault) {
        let directory = parent(of: path)
        let descriptor = try checked("open directory", directory) {
            open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        }
        defer { close(descriptor) }
        _ = try checked("flush directory", directory) { fsync(descriptor) }
    }

    /// Removes what writers that were killed left beside `path`.
    ///
    /// Only for the one process that writes `path`: it would take the half-written file of another one away.
    public static func removeLeftovers(of path: String) {
        let directory = parent(of: path)
        let prefix = temporaryPrefix(for: name(of: path))
        // Where they cannot be listed they stay: nothing goes wrong by them.
        guard let names = try? names(in: directory) else { return }
        for name in names where name.hasPrefix(prefix) && name.hasSuffix(temporarySuffix) {
            unlink("\(directory)/\(name)")
        }
    }

    /// The names in a directory, sorted, without `.` and `..`; none where there is no such directory.
    ///
    /// - Throws: where it cannot be read to its end, so that nobody takes what is there for gone.
    public static func names(in directory: String) throws(FileFault) -> [String] {
        guard let stream = opendir(directory) else {
            if errno == ENOENT { return [] }
            throw FileFault("list", path: directory, code: errno)
        }
        defer { closedir(stream) }
        var names: [String] = []
        while true {
            errno = 0
            guard let entry = readdir(stream) else { break }
            let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
                pointer.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if name != "." && name != ".." { names.append(name) }
        }
        guard errno == 0 else { throw FileFault("list", path: directory, code: errno) }
        return names.sorted()
    }
}

// MARK: - Steps

/// Takes the bytes of a file that is being written, piece by piece. Valid only while `DurableFile.replace` runs.
public struct FileAppender {
    fileprivate let descriptor: Int32
    fileprivate let path: String

    /// Writes `bytes` after what was written so far.
    ///
    /// - Throws: `FileFault` where they cannot be written, a full disk say.
    public func append(_ bytes: some Collection<UInt8>) throws(FileFault) {
        let code =
            bytes.withContiguousStorageIfAvailable { writeAll(UnsafeRawBufferPointer($0), to: descriptor) }
            ?? writeAll(Array(bytes), to: descriptor)
        if code != 0 { throw FileFault("write", path: path, code: code) }
    }

    /// Writes `bytes` over those that were written from `offset` on.
    ///
    /// - Throws: `FileFault` where they cannot be written.
    package func overwrite(_ bytes: [UInt8], at offset: Int) throws(FileFault) {
        let code = bytes.withUnsafeBytes { writeAll($0, to: descriptor, at: offset) }
        if code != 0 { throw FileFault("write", path: path, code: code) }
    }
}

private let temporarySuffix = ".partial"

private func temporaryPrefix(for name: some StringProtocol) -> String { ".\(name)." }

private func isDirectory(_ path: String) -> Bool {
    var status = stat()
    return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
}

private func name(of path: String) -> Substring {
    path.lastIndex(of: "/").map { path[path.index(after: $0)...] } ?? path[...]
}

private func parent(of path: String) -> String {
    let trimmed = path.count > 1 && path.hasSuffix("/") ? String(path.dropLast()) : path
    guard let slash = trimmed.lastIndex(of: "/") else { return "." }
    return slash == trimmed.startIndex ? "/" : String(trimmed[..<slash])
}
