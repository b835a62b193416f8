import Testing
import Training

struct ArenaTests {
    /// Below, at and above a vector, and large ones.
    static let counts = [1, 15, 16, 17, 300_000, 1 << 20, 3 << 20, 5]

    @Test func `buffers are zero, aligned and apart`() {
        let arena = Arena()
        let floats = Self.counts.map { (count: $0, start: arena.floats($0)) }
        let bytes = arena.bytes(3), doubles = arena.doubles(9)
        for (index, buffer) in floats.enumerated() {
            let values = UnsafeMutableBufferPointer(start: buffer.start, count: Arena.padded(buffer.count))
            #expect(Int(bitPattern: buffer.start) % 64 == 0)
            #expect(values.allSatisfy { $0 == 0 })
            values.update(repeating: Float(index + 1))
        }
        #expect((0..<3).allSatisfy { bytes[$0] == 0 } && (0..<9).allSatisfy { doubles[$0] == 0 })
        bytes.update(repeating: 200, count: 3)
        doubles.update(repeating: -1, count: 9)
        for (index, buffer) in floats.enumerated() {
            let values = UnsafeBufferPointer(start: buffer.start, count: Arena.padded(buffer.count))
            #expect(values.allSatisfy { $0 == Float(index + 1) })
        }
        withExtendedLifetime(arena) {}
    }

    @Test func `subnormal numbers are counted in all buffers`() {
        let arena = Arena(), first = arena.floats(20), second = arena.floats(1 << 20)
        #expect(arena.subnormalCount == 0)
        first[19] = 0x1p-127
        second[(1 << 20) - 1] = -0x1p-140
        second[0] = 0x1p-126
        #expect(arena.subnormalCount == 2)
    }
}
