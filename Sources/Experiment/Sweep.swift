/// What a sweep file asks for: a grid of points, each trained once with each of the same seeds.
public struct Sweep: Sendable, Hashable {
    /// The most tasks that one sweep may have.
    public static let taskLimit = 100_000

    /// Fit for a directory: 1 to 64 letters, digits, `-`, `_` and `.`, the first of them not a `.`.
    public let name: String
    public let data: DataSetName
    /// The hyperparameters that are axes, without the seed, in the order of the file.
    public let axes: [Hyperparameter]
    /// In the order of the file, without duplicates; at least one.
    public let seeds: [Int]
    /// Without duplicates, the file's last axis varying fastest, then the included points; at least one.
    public let points: [Point]

    /// A sweep from its parts, which must keep what the properties promise: `Sweep(yaml:file:)` checks a file's.
    public init(name: String, data: DataSetName, axes: [Hyperparameter], seeds: [Int], points: [Point]) {
        precondition(!axes.contains(.seed), "the seed is an axis of every sweep, and never listed")
        precondition(points.allSatisfy { $0.values.count == axes.count }, "a point of other axes than \(axes)")
        self.name = name
        self.data = data
        self.axes = axes
        self.seeds = seeds
        self.points = points
    }

    /// All tasks in the order in which they are handed out: seed by seed, so that every point has its first result
    /// early and every finished seed can be compared across all points.
    public func tasks(dataDigest: DataDigest) -> [SweepTask] {
        seeds.flatMap { seed in
            points.map { SweepTask(parameters: $0.parameters(seed: seed), data: data, dataDigest: dataDigest) }
        }
    }

    /// What `parameters` has on the axes: the `values` of its point.
    ///
    /// `nil` where an axis is not set, which no task of this sweep shows.
    public func values(of parameters: TaskParameters) -> [ParameterValue]? {
        let values = axes.compactMap { parameters[$0] }
        return values.count == axes.count ? values : nil
    }
}
