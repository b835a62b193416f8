/// Cuts a stream of bytes, as a pipe gives it, into frames: a length of four bytes, little-endian, and the message.
public struct FrameReader: Sendable {
    private var buffer: [UInt8] = []

    public init() {}

    /// Adds what was read; takes out every frame that is complete.
    ///
    /// A length over `Limits.frameBytes` is an error: the stream cannot be read on from there, and every later call
    /// throws it again.
    ///
    /// - Throws: `WireError` for such a length.
    public mutating func append(_ bytes: some Sequence<UInt8>) throws(WireError) -> [[UInt8]] {
        buffer += bytes
        var frames: [[UInt8]] = []
        var start = 0
        while buffer.count - start >= 4 {
            let length = (0..<4).reduce(0) { $0 | Int(buffer[start + $1]) << (8 * $1) }
            guard length <= Limits.frameBytes else {
                throw WireError(.malformed, "a frame of \(length) bytes, over \(Limits.frameBytes)")
            }
            guard buffer.count - start - 4 >= length else { break }
            frames.append(Array(buffer[(start + 4)..<(start + 4 + length)]))
            start += 4 + length
        }
        buffer.removeFirst(start)
        return frames
    }

    /// A message with its length before it.
    public static func frame(_ message: [UInt8]) -> [UInt8] {
        precondition(message.count <= Limits.frameBytes, "a message of \(message.count) bytes")
        return (0..<4).map { UInt8(truncatingIfNeeded: message.count >> (8 * $0)) } + message
    }
}
