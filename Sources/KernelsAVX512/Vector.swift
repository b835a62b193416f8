import CVectors

/// Sixteen floats: a register of AVX-512.
typealias Vector = SIMD16<Float>

/// Vectors of a row that a matrix product keeps in registers: six rows of four, of 32 registers.
let widestStrip = 4

let instructionSet = "avx512"

@inline(__always)
func squareRoot(_ values: Vector) -> Vector { c_square_root16(values) }
