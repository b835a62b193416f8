/// Walks over the fields of a protocol buffer as they lie in its bytes.
///
/// Source: protobuf.dev, "Encoding".
struct FieldCursor {
    struct Field {
        let number: Int
        /// Empty where it is a number.
        let content: FieldCursor
        let isLengthDelimited: Bool
        /// Where it is a number without a fixed length.
        let value: UInt64?
    }

    private let bytes: [UInt8]
    private var offset: Int
    private let end: Int

    init(_ bytes: [UInt8]) {
        self.init(bytes, 0..<bytes.count)
    }

    private init(_ bytes: [UInt8], _ range: Range<Int>) {
        self.bytes = bytes
        offset = range.lowerBound
        end = range.upperBound
    }

    /// How many bytes are left.
    var byteCount: Int { end - offset }

    /// `nil` at the end.
    ///
    /// - Throws: `WireError` where the bytes are no field of `message`.
    mutating func next(of message: String) throws(WireError) -> Field? {
        guard offset < end else { return nil }
        var value: UInt64?
        guard let tag = varint(), tag >> 3 > 0, tag >> 3 < 1 << 29,
            let content = content(wireType: tag & 7, value: &value)
        else {
            throw WireError(.malformed, "not a protocol buffer of \(message)")
        }
        return Field(
            number: Int(tag >> 3), content: FieldCursor(bytes, content),
            isLengthDelimited: tag & 7 == Self.lengthDelimited, value: value)
    }

    private static let lengthDelimited: UInt64 = 2

    /// Passes over what follows a tag. Groups, which no message of ours has, are none of these.
    private mutating func content(wireType: UInt64, value: inout UInt64?) -> Range<Int>? {
        switch wireType {
        case 0:
            value = varint()
            return value == nil ? nil : offset..<offset
        case 1: return skip(8).map { _ in offset..<offset }
        case Self.lengthDelimited: return varint().flatMap { Int(exactly: $0) }.flatMap { skip($0) }
        case 5: return skip(4).map { _ in offset..<offset }
        default: return nil
        }
    }

    private mutating func skip(_ count: Int) -> Range<Int>? {
        guard count <= end - offset else { return nil }
        offset += count
        return offset - count..<offset
    }

    private mutating func varint() -> UInt64? {
        var value: UInt64 = 0
        for shift in stride(from: 0, to: 70, by: 7) {
            guard offset < end else { return nil }
            let byte = bytes[offset]
            offset += 1
            value |= UInt64(byte & 0x7F) << UInt64(shift)
            if byte < 0x80 { return value }
        }
        return nil
    }
}
