import Experiment
import Messages
import Testing
import Wire

/// Builds of different versions part with a word.
struct VersionTests {
    static let others: [UInt64] = [0, UInt64(ProtocolVersion.current) + 1, UInt64(UInt32.max)]

    @Test(arguments: others)
    func `a worker's message of another version is refused as such`(version: UInt64) {
        let bytes = ProtoWriter().varint(1, version).text(2, "w").message(7, ProtoWriter()).bytes
        let error = #expect(throws: WireError.self) { try WorkerEnvelope(decoding: bytes) }
        #expect(error?.code == .version)
        #expect(error?.description.contains("install the same version") == true)
    }

    @Test(arguments: others)
    func `the version is looked at before the fields, which another version may have changed`(version: UInt64) {
        let bytes = ProtoWriter().varint(1, version).text(2, "no worker's name").message(42, ProtoWriter()).bytes
        let error = #expect(throws: WireError.self) { try WorkerEnvelope(decoding: bytes) }
        #expect(error?.code == .version)
    }

    @Test(arguments: others)
    func `a coordinator's message of another version is refused as such`(version: UInt64) {
        let bytes = ProtoWriter().varint(1, version).message(3, ProtoWriter()).bytes
        let error = #expect(throws: WireError.self) { try CoordinatorMessage(decoding: bytes) }
        #expect(error?.code == .version)
    }

    @Test(arguments: others)
    func `a refusal of another version is read: it is how that version says so`(version: UInt64) throws {
        let bytes = ProtoWriter().varint(1, version).message(8, ProtoWriter().text(1, "too old")).bytes
        #expect(try CoordinatorMessage(decoding: bytes) == .refusal(reason: "too old"))
        #expect(ProtocolVersion.isAnother(in: bytes))
        #expect(!ProtocolVersion.isAnother(in: CoordinatorMessage.refusal(reason: "too old").encoded()))
    }
}
