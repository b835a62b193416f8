import CVectors
import Kernels

/// Sixteen floats: a register of AVX-512. The arithmetic is in C, see `CVectors`.
struct Vector: WinogradValue {
    let lanes: SIMD16<Float>

    @_transparent
    init(_ lanes: SIMD16<Float>) { self.lanes = lanes }

    @_transparent
    init(repeating value: Float) { lanes = c_broadcast16(value) }

    @_transparent
    static var scalarCount: Int { 16 }

    @_transparent
    static func + (left: Vector, right: Vector) -> Vector { Vector(c_add16(left.lanes, right.lanes)) }

    @_transparent
    static func - (left: Vector, right: Vector) -> Vector { Vector(c_subtract16(left.lanes, right.lanes)) }

    @_transparent
    static func * (left: Vector, right: Vector) -> Vector { Vector(c_multiply16(left.lanes, right.lanes)) }

    @_transparent
    static func / (left: Vector, right: Vector) -> Vector { Vector(c_divide16(left.lanes, right.lanes)) }

    @_transparent
    func addingProduct(_ left: Vector, _ right: Vector) -> Vector {
        Vector(c_fma16(left.lanes, right.lanes, lanes))
    }

    @_transparent
    func squareRoot() -> Vector { Vector(c_square_root16(lanes)) }

    @_transparent
    var magnitude: Vector { Vector(c_magnitude16(lanes)) }

    @_transparent
    var isBelowZeroAnywhere: Bool { c_is_below_zero_anywhere16(lanes) }

    /// A square block of as many rows and columns as a vector has lanes.
    @_transparent
    static func transpose(
        _ source: UnsafePointer<Float>, _ sourceStride: Int, _ target: UnsafeMutablePointer<Float>, _ targetStride: Int
    ) {
        c_transpose16(source, sourceStride, target, targetStride)
    }

    /// left > right ? yes : no
    @_transparent
    static func choose(_ left: Vector, isAbove right: Vector, _ yes: Vector, else no: Vector) -> Vector {
        Vector(c_choose_greater16(left.lanes, right.lanes, yes.lanes, no.lanes))
    }

    /// left == right ? yes : no
    @_transparent
    static func choose(_ left: Vector, equals right: Vector, _ yes: Vector, else no: Vector) -> Vector {
        Vector(c_choose_equal16(left.lanes, right.lanes, yes.lanes, no.lanes))
    }
}

/// An integer for each lane of a vector.
struct Integers {
    let lanes: SIMD16<Int32>

    @_transparent
    init(_ lanes: SIMD16<Int32>) { self.lanes = lanes }

    @_transparent
    init(repeating value: Int32) { lanes = c_broadcast_integers16(value) }

    /// left == right ? yes : no
    @_transparent
    static func choose(_ left: Vector, equals right: Vector, _ yes: Integers, else no: Integers) -> Integers {
        Integers(c_choose_equal_integers16(left.lanes, right.lanes, yes.lanes, no.lanes))
    }

    /// The low byte of each lane.
    @_transparent
    var bytes: SIMD16<UInt8> { c_low_bytes16(lanes) }
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
        lanes = c_fma8(c_broadcast8(factor), values.lanes, lanes)
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
        sum.lanes = c_add8(left.lanes, right.lanes)
        return sum
    }
}

/// The 27 taps of a patch, filled up to 32.
typealias Patch = TwoVectors

/// Channels whose 32 sums of taps are kept in registers: eight times two, of 32.
typealias PatchSums = PatchSumsOfEight

let instructionSet = "avx512"
