/// The memory of a network: floats at addresses that stay as long as the object lives, all 0 at first.
///
/// Every buffer starts at a multiple of 64 bytes and has a length in whole vectors of 16. Pointers must not outlive the
/// arena.
package final class Arena {
    private var buffers: [UnsafeMutableRawPointer] = []

    package init() {}

    /// The length of a buffer that holds `count` floats.
    package static func padded(_ count: Int) -> Int { (count + 15) / 16 * 16 }

    package func floats(_ count: Int) -> UnsafeMutablePointer<Float> {
        let byteCount = Self.padded(max(count, 1)) * MemoryLayout<Float>.stride
        let buffer = UnsafeMutableRawPointer.allocate(byteCount: byteCount, alignment: 64)
        buffer.initializeMemory(as: UInt8.self, repeating: 0, count: byteCount)
        buffers.append(buffer)
        return buffer.bindMemory(to: Float.self, capacity: Self.padded(count))
    }

    deinit {
        for buffer in buffers { buffer.deallocate() }
    }
}
