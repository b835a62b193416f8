/// Which weights of a layer are sampled when gradients are captured.
///
/// SplitMix64, started from a hash of seed, epoch and layer and independent of every other stream, walks over the
/// weights in PyTorch's order and takes each with the probability (still wanted) / (still left): selection sampling,
/// Knuth, The Art of Computer Programming 3.4.2, algorithm S. So the sample is without replacement and in order.
package enum GradientSample {
    package static let maximumCount = 500

    /// Ascending indices below `count`; at most `maximumCount`. `layer` counts from 0.
    package static func indices(count: Int, seed: Int, epoch: Int, layer: Int) -> [Int] {
        var stream = SplitMix64(state: UInt64(seed))
        for word in [epoch, layer] { stream = SplitMix64(state: stream.next() ^ UInt64(word)) }
        var wanted = min(count, maximumCount)
        var chosen: [Int] = []
        chosen.reserveCapacity(wanted)
        for index in 0..<count where stream.next() % UInt64(count - index) < UInt64(wanted) {
            chosen.append(index)
            wanted -= 1
        }
        return chosen
    }
}

/// Steele, Lea and Flood: Fast Splittable Pseudorandom Number Generators, OOPSLA 2014.
struct SplitMix64 {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var word = state
        word = (word ^ word >> 30) &* 0xbf58_476d_1ce4_e5b9
        word = (word ^ word >> 27) &* 0x94d0_49bb_1331_11eb
        return word ^ word >> 31
    }
}
