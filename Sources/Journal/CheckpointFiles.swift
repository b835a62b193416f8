import DurableFiles
import Experiment
import Glibc
import HostSystem

/// The checkpoints of a run directory: one file a task, whose name says which state it holds and what its hash is, and
/// one of each attempt whose checkpoint is on its way.
///
/// A file gets its name when all of its bytes are on the disk and have that hash, so whatever has such a name can be
/// used, also after a crash. Belongs to one thread; `read` alone may be called on any.
public struct CheckpointFiles: Sendable {
    private let directory: String

    public init(in run: RunDirectory) {
        directory = run.checkpoints
    }

    /// The newest checkpoint of each task.
    ///
    /// - Throws: where it cannot be told, so that none is taken for gone.
    public func newest() throws(FileFault) -> [TaskID: CheckpointLabel] {
        var labels: [TaskID: CheckpointLabel] = [:]
        for name in try DurableFile.names(in: directory) {
            guard let (task, label) = try parse(name), label.epoch > labels[task]?.epoch ?? 0 else { continue }
            labels[task] = label
        }
        return labels
    }

    /// Removes what a crash left: pieces, older checkpoints, and those of tasks that are done.
    ///
    /// - Throws: where they cannot be listed, and stay.
    public func removeAll(except kept: [TaskID: CheckpointLabel]) throws(FileFault) {
        let names = Set(kept.map { name(of: $0, $1) })
        for name in try DurableFile.names(in: directory) where !names.contains(name) {
            if try parse(name) != nil || name.hasSuffix(Self.partialSuffix) { unlink("\(directory)/\(name)") }
        }
    }

    /// Adds a piece to those of its attempt; one at offset 0 begins anew. `true` with the last one, when the checkpoint
    /// is on the disk under its name.
    ///
    /// - Throws: `FileFault`, also where the bytes are not those of the label (`EBADMSG`); what was there of the
    ///   attempt's pieces is gone then.
    public func add(_ piece: CheckpointPiece, of key: AttemptKey) throws(FileFault) -> Bool {
        let path = partial(of: key)
        do throws(FileFault) {
            try append(piece, to: path)
            guard piece.end == piece.label.byteCount else { return false }
            try verify(path, piece.label)
            let final = self.path(of: key.task, piece.label)
            try DurableFile.move(path, to: final)
            return true
        } catch {
            unlink(path)
            throw error
        }
    }

    public func dropPieces(of key: AttemptKey) { unlink(partial(of: key)) }

    public func remove(_ label: CheckpointLabel, of task: TaskID) { unlink(path(of: task, label)) }

    /// At most `limit` bytes from `offset`. With the first ones the whole file is checked, so that what went bad on the
    /// disk is not sent, and its task not held up by it.
    ///
    /// - Throws: also where the file is shorter than its label says (`EIO`), or its bytes are not those of the label
    ///   (`EBADMSG`).
    public func read(
        _ label: CheckpointLabel, of task: TaskID, at offset: Int, limit: Int
    ) throws(FileFault) -> CheckpointPiece {
        let path = path(of: task, label)
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw FileFault("open", path: path, code: errno) }
        defer { close(descriptor) }
        let count = min(limit, label.byteCount - offset)
        guard offset == 0 else {
            return CheckpointPiece(
                label: label, offset: offset, bytes: try readBytes(descriptor, path, at: offset, count: count))
        }
        let bytes = try readBytes(descriptor, path, at: 0, count: label.byteCount)
        guard ContentDigest(of: bytes) == label.digest else { throw FileFault("verify", path: path, code: EBADMSG) }
        return CheckpointPiece(label: label, offset: 0, bytes: Array(bytes[..<count]))
    }
}

// MARK: - Steps

extension CheckpointFiles {
    private func append(_ piece: CheckpointPiece, to path: String) throws(FileFault) {
        let flags = O_WRONLY | O_CREAT | O_CLOEXEC | (piece.offset == 0 ? O_TRUNC : 0)
        let descriptor = open(path, flags, 0o666)
        guard descriptor >= 0 else { throw FileFault("create", path: path, code: errno) }
        defer { close(descriptor) }
        let code = piece.bytes.withUnsafeBytes { writeAll($0, to: descriptor, at: piece.offset) }
        guard code == 0 else { throw FileFault("write", path: path, code: code) }
    }

    /// Reads the file back, so that the hash is of what is there, and flushes it.
    private func verify(_ path: String, _ label: CheckpointLabel) throws(FileFault) {
        let descriptor = open(path, O_RDWR | O_CLOEXEC)
        guard descriptor >= 0 else { throw FileFault("open", path: path, code: errno) }
        defer { close(descriptor) }
        let bytes = try readBytes(descriptor, path, at: 0, count: label.byteCount)
        guard ContentDigest(of: bytes) == label.digest else { throw FileFault("verify", path: path, code: EBADMSG) }
        guard fsync(descriptor) == 0 else { throw FileFault("flush", path: path, code: errno) }
    }

    private func readBytes(_ descriptor: Int32, _ path: String, at offset: Int, count: Int) throws(FileFault) -> [UInt8]
    {
        var bytes = [UInt8](repeating: 0, count: count)
        let (got, code) = bytes.withUnsafeMutableBytes { readAll(into: $0, from: descriptor, at: offset) }
        guard code == 0, got == count else { throw FileFault("read", path: path, code: code == 0 ? EIO : code) }
        return bytes
    }

    // MARK: Names

    private static let suffix = ".safetensors"
    private static let partialSuffix = ".partial"

    private func partial(of key: AttemptKey) -> String {
        "\(directory)/.\(key.task)-\(key.attempt.rawValue)\(Self.partialSuffix)"
    }

    private func path(of task: TaskID, _ label: CheckpointLabel) -> String {
        "\(directory)/\(name(of: task, label))"
    }

    private func name(of task: TaskID, _ label: CheckpointLabel) -> String {
        "\(task)-\(label.epoch)-\(label.digest.rawValue)\(Self.suffix)"
    }

    /// - Returns: `nil` for what is no checkpoint, such as a file without a byte.
    private func parse(_ name: String) throws(FileFault) -> (TaskID, CheckpointLabel)? {
        guard name.hasSuffix(Self.suffix) else { return nil }
        let parts = name.dropLast(Self.suffix.count).split(separator: "-").map(String.init)
        guard parts.count == 3, let task = TaskID(rawValue: parts[0]), let epoch = Int(parts[1]), epoch > 0,
            let digest = ContentDigest(rawValue: parts[2])
        else { return nil }
        let path = "\(directory)/\(name)"
        var status = stat()
        guard stat(path, &status) == 0 else {
            if errno == ENOENT { return nil }
            throw FileFault("examine", path: path, code: errno)
        }
        guard status.st_size > 0 else { return nil }
        return (task, CheckpointLabel(epoch: epoch, byteCount: Int(status.st_size), digest: digest))
    }
}
