import CVectors
import Kernels

/// Eight floats: a register of AVX2. The arithmetic is in C, see `CVectors`.
struct Vector: WinogradValue {
    let lanes: SIMD8<Float>

    @_transparent
    init(_ lanes: SIMD8<Float>) { self.lanes = lanes }

    @_transparent
    init(repeating value: Float) { lanes = c_broadcast8(value) }

    @_transparent
    static var scalarCount: Int { 8 }

    @_transparent
    static func + (left: Vector, right: Vector) -> Vector { Vector(c_add8(left.lanes, right.lanes)) }

    @_transparent
    static func - (left: Vector, right: Vector) -> Vector { Vector(c_subtract8(left.lanes, right.lanes)) }

    @_transparent
    static func * (left: Vector, right: Vector) -> Vector { Vector(c_multiply8(left.lanes, right.lanes)) }

    @_transparent
    static func / (left: Vector, right: Vector) -> Vector { Vector(c_divide8(left.lanes, right.lanes)) }

    @_transparent
    func addingProduct(_ left: Vector, _ right: Vector) -> Vector {
        Vector(c_fma8(left.lanes, right.lanes, lanes))
    }

    @_transparent
    func squareRoot() -> Vector { Vector(c_square_root8(lanes)) }

    @_transparent
    var magnitude: Vector { Vector(c_magnitude8(lanes)) }

    @_transparent
    var isBelowZeroAnywhere: Bool { c_is_below_zero_anywhere8(lanes) }

    /// A square block of as many rows and columns as a vector has lanes.
    @_transparent
    static func transpose(
        _ source: UnsafePointer<Float>, _ sourceStride: Int, _ target: UnsafeMutablePointer<Float>, _ targetStride: Int
    ) {
        c_transpose8(source, sourceStride, target, targetStride)
    }

    /// left > right ? yes : no
    @_transparent
    static func choose(_ left: Vector, isAbove right: Vector, _ yes: Vector, else no: Vector) -> Vector {
        Vector(c_choose_greater8(left.lanes, right.lanes, yes.lanes, no.lanes))
    }

    /// left == right ? yes : no
    @_transparent
    static func choose(_ left: Vector, equals right: Vector, _ yes: Vector, else no: Vector) -> Vector {
        Vector(c_choose_equal8(left.lanes, right.lanes, yes.lanes, no.lanes))
    }
}

/// An integer for each lane of a vector.
struct Integers {
    let lanes: SIMD8<Int32>

    @_transparent
    init(_ lanes: SIMD8<Int32>) { self.lanes = lanes }

    @_transparent
    init(repeating value: Int32) { lanes = c_broadcast_integers8(value) }

    /// left == right ? yes : no
    @_transparent
    static func choose(_ left: Vector, equals right: Vector, _ yes: Integers, else no: Integers) -> Integers {
        Integers(c_choose_equal_integers8(left.lanes, right.lanes, yes.lanes, no.lanes))
    }

    /// The low byte of each lane.
    @_transparent
    var bytes: SIMD8<UInt8> { c_low_bytes8(lanes) }
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

let instructionSet = "avx2"
