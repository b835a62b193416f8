/// How many seeds are enough: whole rounds of paired seeds until the 95 % interval of every paired difference is as
/// narrow as asked, or until a bound.
///
/// A round is one seed in every point. The rule looks at the first `least` rounds, then at the first `least` + `step`,
/// and so on, and ends at the first look that it accepts: with the same records it decides the same, whatever the order
/// in which tasks end, and however often it is asked. What is behind the last complete round does not count.
///
/// The rule looks at the width of Student's interval and never at where it lies or at p, so it cannot favour an outcome
/// (Chow and Robbins, Ann. Math. Stat. 1965; Kelley, Darku and Chattopadhyay, Psychological Methods 2018). Ending when
/// p falls below 0.05 rejects a true null hypothesis far more often than 5 %: see the article, which has both measured.
///
/// Assumes about normal differences. Ending at a narrow look prefers samples whose spread is small by chance; with few
/// first rounds and a generous width the interval then covers somewhat less than 95 %.
public struct SeedRule: Sendable, Hashable {
    /// The widths that intervals may have, upper less lower end; above 0.
    public let width: Double
    /// How many rounds there are at least; 2 or more.
    public let least: Int
    /// How many there are at most.
    public let most: Int
    /// How many rounds are added at once.
    public let step: Int

    public init(width: Double, least: Int, most: Int, step: Int = 1) {
        precondition(width > 0 && width.isFinite, "no interval of width \(width)")
        precondition(least > 1 && most >= least && step > 0, "\(least) to \(most) rounds by \(step)")
        self.width = width
        self.least = least
        self.most = most
        self.step = step
    }

    /// The two values of one comparison for one seed.
    public struct Pair: Sendable, Hashable {
        public let first: Double
        public let second: Double

        public init(first: Double, second: Double) {
            self.first = first
            self.second = second
        }
    }

    public enum Decision: Sendable, Hashable {
        /// Not decided before so many rounds are complete.
        case rounds(Int)
        /// After so many rounds every interval is narrow enough.
        case narrowEnough(rounds: Int)
        /// The bound is reached, and an interval is wider than asked or undefined.
        case boundReached(rounds: Int)

        /// How many rounds the sweep has, as far as is known.
        public var roundCount: Int {
            switch self {
            case .rounds(let count), .narrowEnough(let count), .boundReached(let count): count
            }
        }
    }

    /// - Parameter rounds: the complete rounds, in ascending order of their seeds and without a gap; each has every
    ///   comparison in one order, `nil` for a pair of which a task failed for good. There is at least one comparison.
    public func decision(after rounds: [[Pair?]]) -> Decision {
        var count = least
        while true {
            guard rounds.count >= count else { return .rounds(count) }
            if widths(after: count, of: rounds).allSatisfy({ $0.map { $0 <= width } ?? false }) {
                return .narrowEnough(rounds: count)
            }
            guard count < most else { return .boundReached(rounds: count) }
            count = min(most, count + step)
        }
    }

    /// The width of each comparison's interval after so many rounds. `nil` where it is undefined, or has fewer
    /// than `least` pairs since some failed: such an interval is not narrow, and the rule goes on. Differences without
    /// variance are most often a coarse metric's chance.
    public func widths(after count: Int, of rounds: [[Pair?]]) -> [Double?] {
        guard let comparisons = rounds.first?.count else { return [] }
        precondition(rounds.allSatisfy { $0.count == comparisons }, "rounds of different comparisons")
        return (0..<comparisons).map { comparison in
            let pairs = rounds.prefix(count).compactMap { $0[comparison] }
            guard pairs.count >= least else { return nil }
            let sample = PairedSample(first: pairs.map(\.first), second: pairs.map(\.second))
            return sample.interval.value.map { $0.upperBound - $0.lowerBound }
        }
    }
}
