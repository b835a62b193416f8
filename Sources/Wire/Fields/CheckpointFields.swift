import Experiment
import Foundation
import SwiftProtobuf

// Checkpoints on the wire, between hosts and on a trainer's pipe: what a peer says of one is bounded before a byte of
// it is kept.

protocol CheckpointLabelFields: SwiftProtobuf.Message {
    var epoch: UInt32 { get set }
    var byteCount: UInt64 { get set }
    var digest: String { get set }
}

protocol CheckpointPieceFields: SwiftProtobuf.Message {
    associatedtype Label: CheckpointLabelFields
    var label: Label { get set }
    var offset: UInt64 { get set }
    var content: Data { get set }
}

extension PBCheckpointLabel: CheckpointLabelFields {}
extension PBTrainerStateLabel: CheckpointLabelFields {}
extension PBTrainerStatePiece: CheckpointPieceFields {}

extension PBCheckpointPiece: CheckpointPieceFields {
    init(_ key: AttemptKey, _ piece: CheckpointPiece) {
        self.init(piece)
        attempt = PBAttemptName(key)
    }
}

extension CheckpointLabelFields {
    init(_ label: CheckpointLabel) {
        self.init()
        epoch = UInt32(label.epoch)
        byteCount = UInt64(label.byteCount)
        digest = label.digest.rawValue
    }

    func checked() throws(WireError) -> CheckpointLabel {
        guard (1...UInt64(Limits.checkpointBytes)).contains(byteCount) else {
            throw WireError(.malformed, "byte_count: \(byteCount), not 1 to \(Limits.checkpointBytes)")
        }
        guard let digest = ContentDigest(rawValue: digest) else {
            throw WireError(.malformed, "digest: not a SHA-256 in hexadecimal digits")
        }
        return CheckpointLabel(epoch: try checkedEpoch(epoch), byteCount: Int(byteCount), digest: digest)
    }
}

extension CheckpointPieceFields {
    init(_ piece: CheckpointPiece) {
        self.init()
        label = Label(piece.label)
        offset = UInt64(piece.offset)
        content = Data(piece.bytes)
    }

    func checked() throws(WireError) -> CheckpointPiece {
        let label = try label.checked()
        guard (1...Limits.pieceBytes).contains(content.count) else {
            throw WireError(.malformed, "content: \(content.count) bytes, not 1 to \(Limits.pieceBytes)")
        }
        let piece = CheckpointPiece(label: label, offset: try checkedOffset(offset), bytes: Array(content))
        guard piece.end <= label.byteCount else {
            throw WireError(.malformed, "offset: \(offset) with \(content.count) bytes is past \(label.byteCount)")
        }
        return piece
    }
}

func checkedOffset(_ offset: UInt64) throws(WireError) -> Int {
    guard offset < UInt64(Limits.checkpointBytes) else {
        throw WireError(.malformed, "offset: \(offset), not below \(Limits.checkpointBytes)")
    }
    return Int(offset)
}
