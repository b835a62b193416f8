/// Writes protocol buffers field by field, so that tests can say what no encoder of ours would, and so that the layout
/// on the wire is pinned by something else than the generated code.
struct ProtoWriter {
    private(set) var bytes: [UInt8]

    init() {
        bytes = []
    }

    /// A message that repeats `fields` so many times.
    init(repeating fields: [UInt8], count: Int) {
        bytes = Array(repeatElement(fields, count: count).joined())
    }

    func varint(_ field: Int, _ value: UInt64) -> Self {
        adding(tag(field, wireType: 0) + Self.encoded(value))
    }

    func double(_ field: Int, _ value: Double) -> Self {
        let bits = value.bitPattern
        return adding(tag(field, wireType: 1) + (0..<8).map { UInt8(truncatingIfNeeded: bits >> (8 * $0)) })
    }

    func bytes(_ field: Int, _ content: [UInt8]) -> Self {
        adding(tag(field, wireType: 2) + Self.encoded(UInt64(content.count)) + content)
    }

    func text(_ field: Int, _ text: String) -> Self { bytes(field, Array(text.utf8)) }

    func message(_ field: Int, _ content: ProtoWriter) -> Self { bytes(field, content.bytes) }

    private func adding(_ more: [UInt8]) -> Self {
        var copy = self
        copy.bytes += more
        return copy
    }

    private func tag(_ field: Int, wireType: UInt64) -> [UInt8] { Self.encoded(UInt64(field) << 3 | wireType) }

    private static func encoded(_ value: UInt64) -> [UInt8] {
        var rest = value
        var bytes: [UInt8] = []
        while rest >= 0x80 {
            bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        return bytes + [UInt8(rest)]
    }
}
