import Experiment

/// Which weights of a layer are sampled when gradients are captured.
///
/// `SeededRandom`, started from a hash of seed, epoch and layer and independent of every other stream, walks over the
/// weights in PyTorch's order and takes each with the probability (still wanted) / (still left): selection sampling,
/// Knuth, The Art of Computer Programming 3.4.2, algorithm S. So the sample is without replacement and in order.
package enum GradientSample {
    /// Ascending indices below `count`; at most `LayerGradientSample.valueCount`. `layer` counts from 0.
    package static func indices(count: Int, seed: Int, epoch: Int, layer: Int) -> [Int] {
        var stream = SeededRandom(seed: UInt64(seed))
        for word in [epoch, layer] { stream = SeededRandom(seed: stream.next() ^ UInt64(word)) }
        var wanted = min(count, LayerGradientSample.valueCount)
        var chosen: [Int] = []
        chosen.reserveCapacity(wanted)
        for index in 0..<count where stream.next() % UInt64(count - index) < UInt64(wanted) {
            chosen.append(index)
            wanted -= 1
        }
        return chosen
    }
}
