/// The memory of a network: floats at addresses that stay as long as the object lives, all 0 at first.
///
/// Every buffer starts at a multiple of 64 bytes and has a length in whole vectors of 16. Pointers must not outlive the
/// arena.
package final class Arena {
    private var buffers: [UnsafeMutableRawPointer] = []
    private var floatBuffers: [UnsafeMutableBufferPointer<Float>] = []

    package init() {}

    /// The length of a buffer that holds `count` floats.
    package static func padded(_ count: Int) -> Int { (count + 15) / 16 * 16 }

    package func floats(_ count: Int) -> UnsafeMutablePointer<Float> {
        let byteCount = Self.padded(max(count, 1)) * MemoryLayout<Float>.stride
        let buffer = UnsafeMutableRawPointer.allocate(byteCount: byteCount, alignment: 64)
        buffer.initializeMemory(as: UInt8.self, repeating: 0, count: byteCount)
        buffers.append(buffer)
        let floats = buffer.bindMemory(to: Float.self, capacity: Self.padded(count))
        floatBuffers.append(UnsafeMutableBufferPointer(start: floats, count: Self.padded(count)))
        return floats
    }

    /// Subnormal numbers in all buffers of floats.
    package var subnormalCount: Int {
        floatBuffers.reduce(0) { $0 + $1.count(where: \.isSubnormal) }
    }

    package func doubles(_ count: Int) -> UnsafeMutablePointer<Double> {
        UnsafeMutableRawPointer(bytes(count * MemoryLayout<Double>.stride))
            .bindMemory(to: Double.self, capacity: count)
    }

    package func bytes(_ count: Int) -> UnsafeMutablePointer<UInt8> {
        let buffer = UnsafeMutableRawPointer.allocate(byteCount: max(count, 1), alignment: 64)
        buffers.append(buffer)
        return buffer.initializeMemory(as: UInt8.self, repeating: 0, count: max(count, 1))
    }

    deinit {
        for buffer in buffers { buffer.deallocate() }
    }
}
