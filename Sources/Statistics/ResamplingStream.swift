/// The random numbers of a resampling: those of SplitMix64, started from a digest of the data. Equal data give equal
/// numbers on every host, and nobody can choose a seed that pleases.
package struct ResamplingStream: Sendable {
    private var words: SplitMix64

    /// - Parameters:
    ///   - purpose: keeps apart the streams of two statistics of the same data.
    ///   - sequences: in an order that the data fix; 0 and −0 are the same.
    package init(purpose: String, digestOf sequences: [[Double]]) {
        words = SplitMix64(seed: dataDigest(of: sequences, for: purpose))
    }

    package init(seed: UInt64) { words = SplitMix64(seed: seed) }

    package mutating func next() -> UInt64 { words.next() }

    /// 0 to `count` − 1, each with a probability that is off by less than 2⁻⁶⁴: the upper half of the product of
    /// `count` and a random word.
    package mutating func index(below count: Int) -> Int {
        Int(next().multipliedFullWidth(by: UInt64(count)).high)
    }
}

/// Equal data have equal digests on every host; 0 and −0 are the same.
package func dataDigest(of sequences: [[Double]], for purpose: String) -> UInt64 {
    var digest = FNVDigest()
    purpose.utf8.forEach { digest.add($0) }
    for sequence in sequences {
        digest.add(UInt64(sequence.count))
        sequence.forEach { digest.add(($0 + 0).bitPattern) }
    }
    return digest.value
}

/// Of runs by point. Equal outcomes have equal digests on every host.
package func dataDigest(of points: [[ImageOutcomes]], for purpose: String) -> UInt64 {
    var digest = FNVDigest()
    purpose.utf8.forEach { digest.add($0) }
    for runs in points {
        digest.add(UInt64(runs.count))
        for run in runs {
            digest.add(UInt64(run.count))
            run.words.forEach { digest.add($0) }
        }
    }
    return digest.value
}

/// Fowler, Noll and Vo's FNV-1a hash of 64 bits; words are taken byte by byte, the lowest first, on every host.
private struct FNVDigest {
    private(set) var value: UInt64 = 0xcbf2_9ce4_8422_2325

    mutating func add(_ byte: UInt8) { value = (value ^ UInt64(byte)) &* 0x100_0000_01b3 }

    mutating func add(_ word: UInt64) {
        for shift in stride(from: 0, to: 64, by: 8) { add(UInt8(truncatingIfNeeded: word >> shift)) }
    }
}
