import Statistics

/// Two points that differ in one axis, with which test images their runs got right: what the images say of the
/// difference, beside what the seeds say of it (`PointComparison`).
public struct ImageComparison: Sendable {
    /// Two runs with one seed.
    public struct Pair: Sendable {
        public let seed: Int
        public let first: ImageOutcomes
        public let second: ImageOutcomes

        /// With McNemar's exact test of the two networks.
        public var agreement: Agreement { Agreement(first, second) }
    }

    /// The axis in which the points differ.
    public let axis: Hyperparameter
    /// The point with the lower value on `axis`.
    public let first: Point
    public let second: Point
    /// By seed, ascending: of the seeds for which both runs tell it. Empty where the two were tested with different
    /// images.
    public let pairs: [Pair]
    /// Whether the two were tested with different images: an axis may be the number of them.
    public let hasDifferentImages: Bool

    init(axis: Hyperparameter, _ first: PointOutcomes, _ second: PointOutcomes) {
        self.axis = axis
        (self.first, self.second) = (first.point, second.point)
        let seconds = Dictionary(second.runs.map { ($0.seed, $0.outcomes) }) { first, _ in first }
        let pairs = first.runs.compactMap { run in
            seconds[run.seed].map { Pair(seed: run.seed, first: run.outcomes, second: $0) }
        }
        hasDifferentImages = pairs.contains { $0.first.count != $0.second.count }
        self.pairs = hasDifferentImages ? [] : pairs
    }

    /// How many test images there are; `nil` without pairs.
    public var images: Int? { pairs.first?.first.count }

    /// Of all that `noise` depends on.
    public var digest: UInt64 {
        dataDigest(of: [pairs.map(\.first), pairs.map(\.second)], for: hasDifferentImages ? "different" : "images")
    }

    public var noise: ImageNoise { ImageNoise(self) }
}

/// What the images say of a paired difference. Takes 5 ms for 5 pairs with 10,000 images and 22 ms for 20 (Zen 4,
/// November 2026): a table remembers it.
public struct ImageNoise: Sendable {
    /// The images' own paired bootstrap.
    public let bootstrap: Estimate<ImageBootstrap>
    /// The spread over seeds of the difference, taken apart as that of a point is.
    public let spread: Estimate<SpreadOverSeeds>

    fileprivate init(_ comparison: ImageComparison) {
        guard !comparison.hasDifferentImages else {
            (bootstrap, spread) = (.failure(.differentImages), .failure(.differentImages))
            return
        }
        let (first, second) = (comparison.pairs.map(\.first), comparison.pairs.map(\.second))
        bootstrap = ImageBootstrap.of(first, second)
        spread = SpreadOverSeeds.of(first, second)
    }
}

extension RecordSource {
    /// The pairs of `PointPairs`, in their order. The outcomes of two points are in memory at a time.
    ///
    /// - Throws: what reading a record throws, and what `body` throws.
    public func forEachImageComparison(_ body: (ImageComparison) throws -> Void) throws {
        let entries = tasksByPoint()
        let pairs = PointPairs(axes: sweep.axes, points: entries.map(\.point.values))
        var first: (place: Int, outcomes: PointOutcomes)?
        for (place, axis) in sweep.axes.enumerated() {
            for pair in pairs.pairs(along: place) {
                if first?.place != pair.first { first = (pair.first, try pointOutcomes(of: entries[pair.first])) }
                let second = try pointOutcomes(of: entries[pair.second])
                try body(ImageComparison(axis: axis, first!.outcomes, second))
            }
        }
    }
}
