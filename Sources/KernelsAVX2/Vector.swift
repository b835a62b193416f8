/// Eight floats: a register of AVX2.
typealias Vector = SIMD8<Float>

let instructionSet = "avx2"
