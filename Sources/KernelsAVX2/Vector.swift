import CVectors

/// Eight floats: a register of AVX2.
typealias Vector = SIMD8<Float>

/// Vectors of a row that a matrix product keeps in registers: six rows of two, of 16 registers.
let widestStrip = 2

let instructionSet = "avx2"

@inline(__always)
func squareRoot(_ values: Vector) -> Vector { c_square_root8(values) }
