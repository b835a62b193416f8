/// How long something took, many times over.
///
/// Durations are counted in buckets that are wider for longer ones: each power of two of nanoseconds has 64. So any
/// number of durations takes a few kilobytes, histograms of several processes can be added, and a quantile is off by
/// less than a hundredth.
package struct LatencyHistogram: Sendable, Equatable {
    /// By bucket, up to the last one that is not empty.
    private var counts: [Int] = []

    private static let bucketBits = 6
    private static let bucketsPerPower = 1 << bucketBits

    package init() {}

    package var count: Int { counts.reduce(0, +) }

    /// A duration below zero counts as zero.
    package mutating func add(_ duration: Duration) {
        let bucket = Self.bucket(of: UInt64(max(0, duration.nanoseconds)))
        if bucket >= counts.count { counts += Array(repeating: 0, count: bucket + 1 - counts.count) }
        counts[bucket] += 1
    }

    package mutating func add(_ other: LatencyHistogram) {
        if other.counts.count > counts.count {
            counts += Array(repeating: 0, count: other.counts.count - counts.count)
        }
        for (bucket, count) in other.counts.enumerated() { counts[bucket] += count }
    }

    /// The duration that `share` of all do not exceed, as the middle of its bucket; `nil` where there are none.
    package func quantile(_ share: Double) -> Duration? {
        let rank = max(1, Int((share * Double(count)).rounded(.up)))
        var passed = 0
        for (bucket, count) in counts.enumerated() {
            passed += count
            if passed >= rank { return .nanoseconds(Self.middle(of: bucket)) }
        }
        return nil
    }

    /// The first 128 buckets hold one number each; from there on, the upper seven bits of a number choose.
    private static func bucket(of value: UInt64) -> Int {
        let power = UInt64.bitWidth - 1 - value.leadingZeroBitCount
        guard power >= bucketBits else { return Int(value) }
        let shift = power - bucketBits
        return shift * bucketsPerPower + Int(value >> UInt64(shift))
    }

    private static func middle(of bucket: Int) -> Int64 {
        guard bucket >= 2 * bucketsPerPower else { return Int64(bucket) }
        let shift = bucket / bucketsPerPower - 1
        let lowest = Int64(bucket - shift * bucketsPerPower) << Int64(shift)
        return lowest + (1 << Int64(shift)) / 2
    }
}

// As the array of its counts, which is short and which JSON can hold.
extension LatencyHistogram: Codable {
    /// - Throws: where it is no array of numbers.
    package init(from decoder: any Decoder) throws {
        counts = try decoder.singleValueContainer().decode([Int].self)
    }

    /// - Throws: what the encoder throws.
    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(counts)
    }
}

extension Duration {
    /// Whole nanoseconds; of more than 292 years, as many as an integer holds.
    package var nanoseconds: Int64 {
        let (seconds, attoseconds) = components
        let (product, isTooLong) = seconds.multipliedReportingOverflow(by: 1_000_000_000)
        return isTooLong ? (seconds < 0 ? .min : .max) : product + attoseconds / 1_000_000_000
    }
}
