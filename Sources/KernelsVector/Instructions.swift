import CVectors

/// Arithmetic with as many floats as a register holds. It is written in C, see `CVectors`, where the functions of both
/// widths have the same names; how wide a register is, `AVX2Registers.swift` and `AVX512Registers.swift` say.
enum Instructions {
    /// Lanes of a vector.
    @_transparent
    static var laneCount: Int { Floats.scalarCount }

    @_transparent
    static func add(_ x: Floats, _ y: Floats) -> Floats { c_add(x, y) }

    @_transparent
    static func subtract(_ x: Floats, _ y: Floats) -> Floats { c_subtract(x, y) }

    @_transparent
    static func multiply(_ x: Floats, _ y: Floats) -> Floats { c_multiply(x, y) }

    @_transparent
    static func divide(_ x: Floats, _ y: Floats) -> Floats { c_divide(x, y) }

    /// x · y + z, rounded once.
    @_transparent
    static func multiplyAndAdd(_ x: Floats, _ y: Floats, _ z: Floats) -> Floats { c_fma(x, y, z) }

    @_transparent
    static func squareRoot(_ x: Floats) -> Floats { c_square_root(x) }

    @_transparent
    static func magnitude(_ x: Floats) -> Floats { c_magnitude(x) }

    @_transparent
    static func isBelowZeroAnywhere(_ x: Floats) -> Bool { c_is_below_zero_anywhere(x) }

    /// left > right ? yes : no
    @_transparent
    static func chooseGreater(_ left: Floats, _ right: Floats, _ yes: Floats, _ no: Floats) -> Floats {
        c_choose_greater(left, right, yes, no)
    }

    /// left == right ? yes : no
    @_transparent
    static func chooseEqual(_ left: Floats, _ right: Floats, _ yes: Floats, _ no: Floats) -> Floats {
        c_choose_equal(left, right, yes, no)
    }

    /// left == right ? yes : no
    @_transparent
    static func chooseEqual(_ left: Floats, _ right: Floats, _ yes: Integers, _ no: Integers) -> Integers {
        c_choose_equal(left, right, yes, no)
    }

    /// The low byte of each lane.
    @_transparent
    static func lowBytes(_ x: Integers) -> Bytes { c_low_bytes(x) }
}
