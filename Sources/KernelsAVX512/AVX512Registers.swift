import CVectors

// What the kernels of `Sources/KernelsVector` compute with in this module, and keep in the 32 registers of AVX-512.

/// Sixteen lanes.
extension Instructions {
    typealias Floats = SIMD16<Float>
    typealias Integers = SIMD16<Int32>
    typealias Bytes = SIMD16<UInt8>

    /// The kernels' name, as `--kernels` takes it.
    static let name = "avx512"

    @_transparent
    static func broadcast(_ value: Float) -> Floats { c_broadcast16(value) }

    @_transparent
    static func broadcast(_ value: Int32) -> Integers { c_broadcast_integers16(value) }

    /// target[column][row] = source[row][column] of a square block as wide as a vector.
    @_transparent
    static func transpose(
        _ source: UnsafePointer<Float>, _ sourceStride: Int, _ target: UnsafeMutablePointer<Float>, _ targetStride: Int
    ) {
        c_transpose16(source, sourceStride, target, targetStride)
    }
}

/// Vectors of a row that a matrix product keeps in registers: six rows of four, of 32 registers.
let widestStrip = 4

/// As many vectors as that.
typealias WidestStrip = FourVectors

/// Eight columns of a row: half of a vector, which some processors multiply in half the time.
struct NarrowestStrip: Strip {
    private var lanes: SIMD8<Float>

    @inline(__always)
    init() { lanes = c_broadcast8(0) }

    @inline(__always)
    init(loading start: UnsafePointer<Float>) {
        lanes = UnsafeRawPointer(start).loadUnaligned(as: SIMD8<Float>.self)
    }

    @inline(__always)
    mutating func addProduct(_ factor: Float, _ values: NarrowestStrip) {
        lanes = c_fma(c_broadcast8(factor), values.lanes, lanes)
    }

    @inline(__always)
    func write(to start: UnsafeMutablePointer<Float>) {
        UnsafeMutableRawPointer(start).storeBytes(of: lanes, as: SIMD8<Float>.self)
    }

    @inline(__always)
    static var width: Int { 8 }

    @inline(__always)
    static func + (left: NarrowestStrip, right: NarrowestStrip) -> NarrowestStrip {
        var sum = left
        sum.lanes = c_add(left.lanes, right.lanes)
        return sum
    }
}

/// The 27 taps of a patch, filled up to 32.
typealias Patch = TwoVectors

/// Channels whose 32 sums of taps are kept in registers: eight times two, of 32.
typealias PatchSums = PatchSumsOfEight
