/// The order of a sum over a matrix' rows: term i goes to chain i mod 4, the chains are added as
/// (0 + 1) + (2 + 3).
///
/// Four chains hide the latency of an addition and lose less precision than one; the order depends on `count` alone.
@inline(__always)
func interleavedSum(_ count: Int, _ step: (_ sum: Float, _ index: Int) -> Float) -> Float {
    var chains = SIMD4<Float>.zero
    for index in 0..<count { chains[index & 3] = step(chains[index & 3], index) }
    return (chains[0] + chains[1]) + (chains[2] + chains[3])
}
