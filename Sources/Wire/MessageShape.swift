/// How many elements and bytes a message may have, found by one walk over its bytes before anything is made of them.
///
/// Protobuf's parser makes a value of every element before anybody can count them, and copies what it has of a body for
/// each further piece of it: half a million empty names in a frame of 1 MiB, or a long list in pieces, would stop the
/// thread that reads. The walk allocates nothing for an element, and ends at the first one too many.
struct MessageShape: Sendable {
    /// A part that is a message, or a list of numbers; texts and numbers need no part.
    struct Part: Sendable {
        enum Content: Sendable {
            case message(MessageShape)
            /// As many in one piece as bytes go into it; one, where it comes by itself.
            case numbers(elementBytes: Int)
        }

        let field: Int
        /// As errors name it.
        let name: String
        /// How many elements there may be, in all pieces together.
        let limit: Int
        let content: Content
    }

    /// As errors name it.
    let name: String
    var parts: [Part] = []
    /// Whether it has one of its parts, and once.
    var isChoice = false
    /// How many fields there may be besides its parts: those of this version, and those that a later one adds.
    var otherFields = 64
    /// How many bytes the whole may have.
    var byteLimit = Int.max

    /// - Throws: `WireError` where there are more elements or bytes than that, or no protocol buffer.
    func check(_ bytes: [UInt8]) throws(WireError) {
        try check(FieldCursor(bytes))
    }

    private func check(_ content: FieldCursor) throws(WireError) {
        var cursor = content
        // Empty, and so without an allocation, for the messages of which there may be many.
        var counts = [Int](repeating: 0, count: parts.count)
        var others = 0
        while let field = try cursor.next(of: name) {
            guard let index = parts.firstIndex(where: { $0.field == field.number }) else {
                others += 1
                guard others <= otherFields else {
                    throw WireError(.malformed, "\(name): more than \(otherFields) other fields")
                }
                continue
            }
            counts[index] += try parts[index].elementCount(of: field)
            try checkCounts(counts, at: index)
            if case .message(let shape) = parts[index].content { try shape.check(field.content) }
        }
        guard content.byteCount <= byteLimit else {
            throw WireError(.malformed, "\(name): \(content.byteCount) bytes, over \(byteLimit)")
        }
    }

    private func checkCounts(_ counts: [Int], at index: Int) throws(WireError) {
        let part = parts[index]
        guard counts[index] <= part.limit else {
            throw WireError(.malformed, "\(part.name): \(counts[index]) or more, over \(part.limit)")
        }
        guard !isChoice || counts.count(where: { $0 > 0 }) == 1 else {
            throw WireError(.malformed, "\(name): more than one body")
        }
    }
}

extension MessageShape.Part {
    static func message(_ field: Int, _ shape: MessageShape, atMost limit: Int = 1) -> Self {
        Self(field: field, name: shape.name, limit: limit, content: .message(shape))
    }

    static func numbers(_ field: Int, _ name: String, atMost limit: Int, elementBytes: Int) -> Self {
        Self(field: field, name: name, limit: limit, content: .numbers(elementBytes: elementBytes))
    }

    fileprivate func elementCount(of field: FieldCursor.Field) throws(WireError) -> Int {
        switch content {
        case .message:
            guard field.isLengthDelimited else { throw WireError(.malformed, "\(name): not a message") }
            return 1
        case .numbers(let elementBytes):
            return field.isLengthDelimited ? field.content.byteCount / elementBytes : 1
        }
    }
}
