import Experiment

/// The checkpoints of a simulated coordinator: files that outlive it, and pieces that do not.
struct FleetDisk {
    private(set) var files: [TaskID: [CheckpointLabel: [UInt8]]] = [:]
    private var pieces: [AttemptKey: [UInt8]] = [:]

    /// As `CheckpointFiles.newest`.
    func newest() -> [TaskID: CheckpointLabel] {
        files.compactMapValues { $0.keys.max { $0.epoch < $1.epoch } }
    }

    /// The bytes of all pieces with the last one.
    mutating func add(_ piece: CheckpointPiece, of key: AttemptKey) -> [UInt8]? {
        var bytes = piece.offset == 0 ? [] : pieces[key] ?? []
        bytes = Array(bytes.prefix(piece.offset)) + piece.bytes
        pieces[key] = bytes
        guard piece.end == piece.label.byteCount else { return nil }
        pieces[key] = nil
        return bytes
    }

    mutating func store(_ bytes: [UInt8], as label: CheckpointLabel, of task: TaskID) {
        files[task, default: [:]][label] = bytes
    }

    mutating func remove(_ label: CheckpointLabel, of task: TaskID) {
        files[task]?[label] = nil
        if files[task]?.isEmpty == true { files[task] = nil }
    }

    mutating func dropPieces(of key: AttemptKey) { pieces[key] = nil }

    /// A coordinator that starts does this: pieces are worth nothing without the coordinator that counted them.
    mutating func removeAll(except kept: [TaskID: CheckpointLabel]) {
        pieces = [:]
        for (task, labels) in files {
            for label in labels.keys where kept[task] != label { remove(label, of: task) }
        }
    }

    func read(_ label: CheckpointLabel, of task: TaskID, at offset: Int, limit: Int) -> CheckpointPiece? {
        guard let bytes = files[task]?[label], offset < bytes.count else { return nil }
        return CheckpointPiece(
            label: label, offset: offset, bytes: Array(bytes[offset..<min(offset + limit, bytes.count)]))
    }

    /// Every file, in an order that does not depend on hashes.
    var all: [(task: TaskID, label: CheckpointLabel)] {
        files.keys.sorted().flatMap { task in
            files[task]!.keys.sorted { $0.epoch < $1.epoch }.map { (task, $0) }
        }
    }

    mutating func damage(_ label: CheckpointLabel, of task: TaskID, at place: Int) {
        guard let count = files[task]?[label]?.count else { return }
        files[task]![label]![place % count] ^= 0x40
    }
}
