import Experiment
import SwiftProtobuf

// Between protobuf's types and the vocabulary's. Encoding cannot fail: the vocabulary's values fit the fields, and
// texts are cut to fit.

func serialized(_ message: some SwiftProtobuf.Message) -> [UInt8] {
    do {
        return try message.serializedBytes()
    } catch {
        preconditionFailure("a message without required fields and custom types always serialises: \(error)")
    }
}

/// - Parameter shape: what is checked before the parser makes anything of the bytes.
func parse<Message: SwiftProtobuf.Message>(_ bytes: [UInt8], within shape: MessageShape) throws(WireError) -> Message {
    try shape.check(bytes)
    do {
        return try Message(serializedBytes: bytes)
    } catch {
        throw WireError(.malformed, "not a protocol buffer of \(Message.protoMessageName)")
    }
}

func checkedWorker(_ name: String, named field: String) throws(WireError) -> WorkerID {
    guard let worker = WorkerID(rawValue: name) else { throw WireError(.malformed, "\(field): not a worker's name") }
    return worker
}

/// The version of the protocol that this build speaks.
public enum ProtocolVersion {
    public static let current: UInt32 = 4

    /// Whether a coordinator's message is of a build that speaks another version: what such a one refuses it refuses
    /// for that.
    public static func isAnother(in bytes: [UInt8]) -> Bool {
        guard let message: PBFromCoordinator = try? parse(bytes, within: .fromCoordinator) else { return false }
        return message.version != current
    }
}

func checkVersion(_ version: UInt32, of peer: String) throws(WireError) {
    guard version == ProtocolVersion.current else {
        throw WireError(
            .version,
            "the \(peer) speaks protocol \(version), this build speaks \(ProtocolVersion.current): "
                + "install the same version of sweep on both hosts (copy the coordinator's program to the other host)")
    }
}

/// Text that is shown to people: bounded, and without characters that change how others are seen. All text of a peer
/// passes here.
func checkedText(
    _ text: String, named name: String, limit: Int = Limits.textBytes
) throws(WireError) -> String {
    guard text.utf8.count <= limit else {
        throw WireError(.malformed, "\(name): \(text.utf8.count) bytes, over \(limit)")
    }
    return text.withoutControls()
}

func checkedName(_ text: String, named name: String) throws(WireError) -> String {
    try checkedText(text, named: name, limit: Limits.nameBytes)
}

/// The longest beginning of a text that the receiver takes: a long reason must not make its message unreadable.
func boundedText(_ text: String, limit: Int = Limits.textBytes) -> String {
    guard text.utf8.count > limit else { return text }
    var end = text.utf8.index(text.startIndex, offsetBy: limit)
    while end.samePosition(in: text.unicodeScalars) == nil {
        end = text.utf8.index(before: end)
    }
    return String(text.unicodeScalars[..<end])
}

func boundedName(_ text: String) -> String { boundedText(text, limit: Limits.nameBytes) }

func checkedEpoch(_ epoch: UInt32) throws(WireError) -> Int {
    guard case .integer(let range) = Hyperparameter.epochs.domain, range.contains(Int(epoch)) else {
        throw WireError(.malformed, "epoch: \(epoch) is out of range")
    }
    return Int(epoch)
}
