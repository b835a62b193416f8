import Testing
import Wire

/// Frames come out of a stream as they went in.
struct FrameReaderTests {
    private let messages: [[UInt8]] = [[], [1], Array(repeating: 7, count: 300), [0, 0, 0, 0]]

    private var stream: [UInt8] { messages.flatMap(FrameReader.frame) }

    @Test func `frames come out as they went in, wherever the stream is cut`() throws {
        for cut in 0...stream.count {
            var reader = FrameReader()
            let first = try reader.append(stream[..<cut])
            let second = try reader.append(stream[cut...])
            #expect(first + second == messages, "cut at \(cut)")
        }
    }

    @Test func `frames come out when the stream comes byte by byte`() throws {
        var reader = FrameReader()
        #expect(try stream.flatMap { try reader.append([$0]) } == messages)
    }

    @Test func `frames come out when several come at once, and each as soon as it is complete`() throws {
        var reader = FrameReader()
        #expect(try reader.append(stream + stream + [9]) == messages + messages)
        #expect(try reader.append([0, 0]).isEmpty)
        #expect(try reader.append([0] + Array(repeating: 5, count: 9)) == [Array(repeating: 5, count: 9)])
    }

    @Test func `a length over the limit is refused before its bytes arrive, and from then on`() throws {
        let length = Limits.frameBytes + 1
        var reader = FrameReader()
        let header = (0..<4).map { UInt8(truncatingIfNeeded: length >> (8 * $0)) }
        #expect(try reader.append(header.dropLast()).isEmpty)
        let error = #expect(throws: WireError.self) { try reader.append(header.suffix(1)) }
        #expect(error?.description == "a frame of 16777217 bytes, over 16777216")
        #expect(throws: WireError.self) { try reader.append([]) }
    }

    @Test func `the largest length of four bytes is refused`() {
        var reader = FrameReader()
        #expect(throws: WireError.self) { try reader.append([255, 255, 255, 255]) }
    }

    @Test func `a frame of exactly the limit passes`() throws {
        let message = [UInt8](repeating: 3, count: Limits.frameBytes)
        var reader = FrameReader()
        #expect(try reader.append(FrameReader.frame(message)) == [message])
    }
}
