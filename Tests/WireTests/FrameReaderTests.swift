import Testing
import Wire

@Suite("Frames come out of a stream as they went in")
struct FrameReaderTests {
    private let messages: [[UInt8]] = [[], [1], Array(repeating: 7, count: 300), [0, 0, 0, 0]]

    private var stream: [UInt8] { messages.flatMap(FrameReader.frame) }

    @Test("Wherever the stream is cut")
    func cutAtEveryPosition() throws {
        for cut in 0...stream.count {
            var reader = FrameReader()
            let first = try reader.append(stream[..<cut])
            let second = try reader.append(stream[cut...])
            #expect(first + second == messages, "cut at \(cut)")
        }
    }

    @Test("When the stream comes byte by byte")
    func byteByByte() throws {
        var reader = FrameReader()
        #expect(try stream.flatMap { try reader.append([$0]) } == messages)
    }

    @Test("When several streams' worth come at once, and each frame as soon as it is complete")
    func manyAtOnce() throws {
        var reader = FrameReader()
        #expect(try reader.append(stream + stream + [9]) == messages + messages)
        #expect(try reader.append([0, 0]).isEmpty)
        #expect(try reader.append([0] + Array(repeating: 5, count: 9)) == [Array(repeating: 5, count: 9)])
    }

    @Test("A length over the limit is refused before its bytes arrive, and from then on")
    func oversizedLength() throws {
        let length = Limits.frameBytes + 1
        var reader = FrameReader()
        let header = (0..<4).map { UInt8(truncatingIfNeeded: length >> (8 * $0)) }
        #expect(try reader.append(header.dropLast()).isEmpty)
        let error = #expect(throws: WireError.self) { try reader.append(header.suffix(1)) }
        #expect(error?.description == "a frame of 16777217 bytes, over 16777216")
        #expect(throws: WireError.self) { try reader.append([]) }
    }

    @Test("The largest length of four bytes is refused")
    func largestLength() {
        var reader = FrameReader()
        #expect(throws: WireError.self) { try reader.append([255, 255, 255, 255]) }
    }

    @Test("A frame of exactly the limit passes")
    func largestFrame() throws {
        let message = [UInt8](repeating: 3, count: Limits.frameBytes)
        var reader = FrameReader()
        #expect(try reader.append(FrameReader.frame(message)) == [message])
    }
}
