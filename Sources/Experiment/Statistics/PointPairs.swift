/// Which points of a sweep are compared: those that differ in one axis only.
///
/// All pairs of an axis would be more than anybody reads, and their number grows with the square of its values. So all
/// pairs are compared on an axis where at most `limit` points differ in nothing else; on a longer one each value with
/// the next one, and each with the first. A sweep of several axes has as many pairs again for each combination of the
/// others: with more than `pairLimit` in all, every axis of more than three values counts as a long one.
public struct PointPairs {
    public static let limit = 12
    public static let pairLimit = 5_000

    /// An axis on which not all pairs are compared.
    public struct LongAxis: Sendable, Hashable {
        public let axis: Hyperparameter
        /// How many points differ in nothing else, at most.
        public let count: Int
    }

    private let axes: [Hyperparameter]
    /// In the order of the tables' rows.
    private let points: [[ParameterValue]]
    /// On an axis with more points that differ in nothing else, not all pairs are compared.
    public private(set) var rowLimit = PointPairs.limit

    /// - Parameter points: ascending, without duplicates.
    public init(axes: [Hyperparameter], points: [[ParameterValue]]) {
        self.axes = axes
        self.points = points
        let pairCount = axes.indices.reduce(0) { count, axis in
            rows(along: axis).reduce(count) {
                $0 + ($1.count > Self.limit ? 2 * $1.count : $1.count * ($1.count - 1) / 2)
            }
        }
        // Two neighbours and the first of three are all three pairs.
        if pairCount > Self.pairLimit { rowLimit = 3 }
    }

    /// The axes on which pairs are left out, in their order.
    public var longAxes: [LongAxis] {
        axes.indices.compactMap { axis in
            let count = rows(along: axis).map(\.count).max() ?? 0
            return count > rowLimit ? LongAxis(axis: axes[axis], count: count) : nil
        }
    }

    /// Whether any two points differ in one axis only. Looks at no more points than it needs: of a grid at two.
    ///
    /// - Parameters:
    ///   - points: without duplicates; the last axis varies fastest.
    ///   - axisCount: of each point.
    static func areAny(among points: [[ParameterValue]], axisCount: Int) -> Bool {
        (0..<axisCount).reversed().contains { axis in
            var seen: Set<[ParameterValue]> = []
            return points.contains { !seen.insert($0.removing(at: axis)).inserted }
        }
    }

    /// The pairs of points by their places, the one with the lower value first: by the pair's two values, and the
    /// remaining point. Axes that advance together have no pairs.
    ///
    /// - Parameter axis: its place.
    public func pairs(along axis: Int) -> [(first: Int, second: Int)] {
        let rows = rows(along: axis)
        let isLong = rows.contains { $0.count > rowLimit }
        let ranks = valueRanks(of: axis)
        var pairs: [Pair] = []
        for (place, row) in rows.enumerated() {
            for (first, second) in isLong ? Self.neighboursAndFirst(row) : Self.allPairs(row) {
                pairs.append(Pair(ranks: (ranks[first], ranks[second]), row: place, first: first, second: second))
            }
        }
        return pairs.sorted().map { ($0.first, $0.second) }
    }

    private static func allPairs(_ row: [Int]) -> [(Int, Int)] {
        row.indices.flatMap { first in row[(first + 1)...].map { (row[first], $0) } }
    }

    private static func neighboursAndFirst(_ row: [Int]) -> [(Int, Int)] {
        row.dropFirst().map { (row[0], $0) } + zip(row.dropFirst(), row.dropFirst(2))
    }

    /// The points that differ on `axis` alone, by their places, in the order of what they have in common.
    private func rows(along axis: Int) -> [[Int]] {
        let byRest = Dictionary(grouping: points.indices) { points[$0].removing(at: axis) }
        return byRest.sorted { $0.key.lexicographicallyPrecedes($1.key) }.map(\.value)
    }

    /// The place of each point's value among those of `axis`: an integer to sort by.
    private func valueRanks(of axis: Int) -> [Int] {
        let values = Set(points.map { $0[axis] }).sorted()
        let ranks = Dictionary(uniqueKeysWithValues: zip(values, 0...))
        return points.map { ranks[$0[axis]]! }
    }

    private struct Pair: Comparable {
        let ranks: (Int, Int)
        let row: Int
        let first: Int
        let second: Int

        static func < (left: Self, right: Self) -> Bool {
            (left.ranks.0, left.ranks.1, left.row) < (right.ranks.0, right.ranks.1, right.row)
        }

        static func == (left: Self, right: Self) -> Bool { left.first == right.first && left.second == right.second }
    }
}

extension Array {
    fileprivate func removing(at index: Int) -> [Element] {
        var result = self
        result.remove(at: index)
        return result
    }
}
