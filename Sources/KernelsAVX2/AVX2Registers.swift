// What the kernels of `Sources/KernelsVector` compute with in this module, and keep in the 16 registers of AVX2.

/// Eight lanes.
typealias Instructions = AVX2Instructions

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
