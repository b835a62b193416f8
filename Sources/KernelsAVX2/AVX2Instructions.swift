import CVectors

/// Arithmetic with eight floats, a register of AVX2. It is written in C, see `CVectors`.
///
/// The kernels of `Sources/KernelsVector` know it as `Instructions`, and are compiled into this module with it.
///
/// `AVX512Instructions` is the same with sixteen, written out: each width has C functions of its own, and a type that
/// is generic over the width would call them through a protocol, where nothing says that the compiler inlines every
/// call.
enum AVX2Instructions {
    typealias Floats = SIMD8<Float>
    typealias Integers = SIMD8<Int32>
    typealias Bytes = SIMD8<UInt8>

    /// The kernels' name, as `--kernels` takes it.
    static let name = "avx2"

    @_transparent
    static var laneCount: Int { 8 }

    @_transparent
    static func broadcast(_ value: Float) -> Floats { c_broadcast8(value) }

    @_transparent
    static func broadcast(_ value: Int32) -> Integers { c_broadcast_integers8(value) }

    @_transparent
    static func add(_ x: Floats, _ y: Floats) -> Floats { c_add8(x, y) }

    @_transparent
    static func subtract(_ x: Floats, _ y: Floats) -> Floats { c_subtract8(x, y) }

    @_transparent
    static func multiply(_ x: Floats, _ y: Floats) -> Floats { c_multiply8(x, y) }

    @_transparent
    static func divide(_ x: Floats, _ y: Floats) -> Floats { c_divide8(x, y) }

    /// x · y + z, rounded once.
    @_transparent
    static func multiplyAndAdd(_ x: Floats, _ y: Floats, _ z: Floats) -> Floats { c_fma8(x, y, z) }

    @_transparent
    static func squareRoot(_ x: Floats) -> Floats { c_square_root8(x) }

    @_transparent
    static func magnitude(_ x: Floats) -> Floats { c_magnitude8(x) }

    @_transparent
    static func isBelowZeroAnywhere(_ x: Floats) -> Bool { c_is_below_zero_anywhere8(x) }

    /// left > right ? yes : no
    @_transparent
    static func chooseGreater(_ left: Floats, _ right: Floats, _ yes: Floats, _ no: Floats) -> Floats {
        c_choose_greater8(left, right, yes, no)
    }

    /// left == right ? yes : no
    @_transparent
    static func chooseEqual(_ left: Floats, _ right: Floats, _ yes: Floats, _ no: Floats) -> Floats {
        c_choose_equal8(left, right, yes, no)
    }

    /// left == right ? yes : no
    @_transparent
    static func chooseEqual(_ left: Floats, _ right: Floats, _ yes: Integers, _ no: Integers) -> Integers {
        c_choose_equal_integers8(left, right, yes, no)
    }

    /// The low byte of each lane.
    @_transparent
    static func lowBytes(_ x: Integers) -> Bytes { c_low_bytes8(x) }

    /// target[column][row] = source[row][column] of a square block as wide as a vector.
    @_transparent
    static func transpose(
        _ source: UnsafePointer<Float>, _ sourceStride: Int, _ target: UnsafeMutablePointer<Float>, _ targetStride: Int
    ) {
        c_transpose8(source, sourceStride, target, targetStride)
    }
}
