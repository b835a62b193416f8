/// Sixteen floats: a register of AVX-512.
typealias Vector = SIMD16<Float>

let instructionSet = "avx512"
