import CVectors

// What the kernels of `Sources/KernelsVector` compute with in this module, and keep in the 16 registers of AVX2.

/// Eight lanes.
extension Instructions {
    typealias Floats = SIMD8<Float>
    typealias Integers = SIMD8<Int32>
    typealias Bytes = SIMD8<UInt8>

    /// The kernels' name, as `--kernels` takes it.
    static let name = "avx2"

    @_transparent
    static func broadcast(_ value: Float) -> Floats { c_broadcast8(value) }

    @_transparent
    static func broadcast(_ value: Int32) -> Integers { c_broadcast_integers8(value) }

    /// target[column][row] = source[row][column] of a square block as wide as a vector.
    @_transparent
    static func transpose(
        _ source: UnsafePointer<Float>, _ sourceStride: Int, _ target: UnsafeMutablePointer<Float>, _ targetStride: Int
    ) {
        c_transpose8(source, sourceStride, target, targetStride)
    }
}

/// Vectors of a row that a matrix product keeps in registers: six rows of two, of 16 registers.
let widestStrip = 2

/// As many vectors as that.
typealias WidestStrip = TwoVectors

/// Eight columns of a row.
typealias NarrowestStrip = OneVector

/// The 27 taps of a patch, filled up to 32.
typealias Patch = FourVectors

/// Channels whose 32 sums of taps are kept in registers: two times four, of 16.
typealias PatchSums = PatchSumsOfTwo
