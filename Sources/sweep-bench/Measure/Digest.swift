import Experiment

/// FNV-1a over 32-bit words: equal for equal bits, and cheap to compare by eye between hosts and kernels.
struct Digest: CustomStringConvertible, Hashable, Sendable {
    private var state: UInt64 = 0xcbf2_9ce4_8422_2325

    mutating func add(_ word: UInt32) { state = (state ^ UInt64(word)) &* 0x100_0000_01b3 }

    mutating func add(_ values: UnsafePointer<Float>, count: Int) {
        for index in 0..<count { add(values[index].bitPattern) }
    }

    /// Whole words; up to three bytes at the end are left out.
    mutating func add(_ bytes: UnsafeRawBufferPointer) {
        for offset in stride(from: 0, to: bytes.count - 3, by: 4) {
            add(bytes.loadUnaligned(fromByteOffset: offset, as: UInt32.self))
        }
    }

    var description: String {
        withUnsafeBytes(of: state.bigEndian) { hexText($0) }
    }
}
