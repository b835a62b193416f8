/// The order of every sum over pixels or rows: term i goes to chain i mod 4, the chains are added as (0 + 1) + (2 + 3).
///
/// Four chains hide the latency of an addition and lose less precision than one; the order depends on `count` alone.
/// `step` adds term i to a chain's pair of sums.
@inline(__always)
func interleavedSums(_ count: Int, _ step: (_ pair: (Float, Float), _ index: Int) -> (Float, Float)) -> (Float, Float) {
    var chains: ((Float, Float), (Float, Float), (Float, Float), (Float, Float)) = ((0, 0), (0, 0), (0, 0), (0, 0))
    for index in 0..<count {
        switch index & 3 {
        case 0: chains.0 = step(chains.0, index)
        case 1: chains.1 = step(chains.1, index)
        case 2: chains.2 = step(chains.2, index)
        default: chains.3 = step(chains.3, index)
        }
    }
    return (
        (chains.0.0 + chains.1.0) + (chains.2.0 + chains.3.0),
        (chains.0.1 + chains.1.1) + (chains.2.1 + chains.3.1)
    )
}

/// `interleavedSums` for one sum.
@inline(__always)
func interleavedSum(_ count: Int, _ step: (_ sum: Float, _ index: Int) -> Float) -> Float {
    interleavedSums(count) { (step($0.0, $1), 0) }.0
}
