import Experiment
import Glibc
import Kernels
import Training

/// One entry of the kernel table on operands of a shape that the network has.
struct KernelCase {
    /// The entry's name in `KernelTable`.
    let kernel: String
    /// What of the network it is, and how large.
    let shape: String
    /// What one `run` does.
    let amount: Amount
    /// Calls of the kernel in one `run`.
    var calls = 1
    /// What a run writes, and where that counts.
    let outputs: [UnsafeMutableRawBufferPointer]
    let run: (KernelTable) -> Void
    /// OpenBLAS with the same product; only matrix products have it.
    var peer: Peer?

    enum Amount {
        /// The operations of products alone; a multiply-add counts as two.
        case flop(Double)
        /// Floats read and written, each once.
        case floats(Int)
    }

    /// Another implementation, whose result differs by its rounding.
    struct Peer {
        let output: UnsafeMutableRawBufferPointer
        let run: () -> Void
    }
}

extension KernelCase {
    /// Runs both tables' kernels on the same operands and compares their bits.
    ///
    /// - Returns: The digest of the outputs.
    func check(_ table: KernelTable) throws -> Digest {
        let before = outputs.map { Array($0) }
        run(.reference)
        let expected = outputs.map { Array($0) }
        restore(before)
        run(table)
        for (output, expected) in zip(outputs, expected) where !output.elementsEqual(expected) {
            throw BenchFailure(
                "\(kernel), \(shape): \(table.name) does not give the reference's bits; mend it before it is timed")
        }
        try checkPeer(before)
        var digest = Digest()
        for output in outputs { digest.add(UnsafeRawBufferPointer(output)) }
        return digest
    }

    /// OpenBLAS rounds in an order of its own: it may be off by a ten-thousandth of the largest value.
    private func checkPeer(_ before: [[UInt8]]) throws {
        guard let peer else { return }
        peer.output.copyBytes(from: before[0])
        peer.run()
        let pairs = zip(outputs[0].bindMemory(to: Float.self), peer.output.bindMemory(to: Float.self))
        let largest = outputs[0].bindMemory(to: Float.self).map(abs).max() ?? 0
        guard pairs.allSatisfy({ abs($0 - $1) <= 1e-4 * largest }) else {
            throw BenchFailure("\(kernel), \(shape): OpenBLAS computes something else; the comparison is wrong")
        }
    }

    private func restore(_ contents: [[UInt8]]) {
        for (output, bytes) in zip(outputs, contents) { output.copyBytes(from: bytes) }
    }
}

extension KernelTable {
    /// The names of all entries.
    static var entries: [String] {
        Mirror(reflecting: reference).children.compactMap(\.label).filter { $0 != "name" }
    }
}

/// Buffers with numbers for the kernels. Pointers must not outlive it.
final class Operands {
    private let arena = Arena()
    private var source = SeededRandom(seed: 7)

    /// Between −1 and 1.
    func numbers(_ count: Int) -> UnsafeMutablePointer<Float> { source.fill(arena.floats(count), count) }

    /// Factors of a norm, which rise in nearly every training.
    func slopes(_ count: Int) -> UnsafeMutablePointer<Float> { magnitudes(count) }

    func moments(_ count: Int) -> AdamMoments { AdamMoments(first: numbers(count), second: magnitudes(count)) }

    private func magnitudes(_ count: Int) -> UnsafeMutablePointer<Float> {
        let values = numbers(count)
        for index in 0..<count { values[index] = values[index].magnitude }
        return values
    }

    func zeros(_ count: Int) -> UnsafeMutablePointer<Float> { arena.floats(count) }

    /// Bytes below `limit`.
    func bytes(_ count: Int, below limit: Int) -> UnsafeMutablePointer<UInt8> {
        let bytes = arena.bytes(count)
        for index in 0..<count { bytes[index] = UInt8(Int.random(in: 0..<limit, using: &source)) }
        return bytes
    }

    func planes(rows: Int, columns: Int) -> WinogradPlanes {
        WinogradPlanes(
            start: numbers(WinogradPlanes.count(rows: rows, columns: columns)),
            planeStride: WinogradPlanes.planeStride(rows: rows, columns: columns), rowStride: columns)
    }

    /// An image with its border of zeros.
    func image() -> UnsafeMutablePointer<Float> {
        let planes = zeros(ImagePlanes.count)
        normalizePixels(
            bytes: bytes(ImageRecords.pixelByteCount, below: 256), table: numbers(3 * 256), planes: planes)
        return planes
    }
}

extension UnsafeMutablePointer where Pointee == Float {
    /// The first `count` floats as an output.
    func output(_ count: Int) -> UnsafeMutableRawBufferPointer {
        UnsafeMutableRawBufferPointer(start: self, count: count * MemoryLayout<Float>.stride)
    }
}

extension WinogradPlanes {
    /// All planes of `rows`, with the gaps between them.
    func output(rows: Int) -> UnsafeMutableRawBufferPointer {
        start.output((WinogradPlanes.count - 1) * planeStride + rows * rowStride)
    }
}

extension ActivationShape {
    var text: String { "\(height)×\(width)×\(channels)" }
}
