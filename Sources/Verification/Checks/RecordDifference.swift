import Experiment

/// The first number of a record that came out different.
package struct RecordDifference: Error, Sendable, Equatable {
    package let epoch: Int
    /// As people know it: `val_acc`, `gradient norm of step 3`.
    package let field: String
    /// Both values in their shortest texts, which are different where a bit is.
    package let published: String
    package let trained: String

    package init(epoch: Int, field: String, published: String, trained: String) {
        self.epoch = epoch
        self.field = field
        self.published = published
        self.trained = trained
    }

    /// `nil` where every bit is the same that both have: an earlier version told of no test images.
    package init?(published: EpochRecord, trained: EpochRecord) {
        guard !published.agrees(with: trained) else { return nil }
        let found =
            Self.metric(published, trained) ?? Self.norm(published, trained) ?? Self.sample(published, trained)
            ?? Self.image(published, trained) ?? ("the record", "one", "another")
        self.init(epoch: trained.epoch, field: found.0, published: found.1, trained: found.2)
    }

    private typealias Field = (name: String, published: String, trained: String)

    private static func metric(_ published: EpochRecord, _ trained: EpochRecord) -> Field? {
        for metric in Metric.allCases {
            let (first, second) = (published.metrics[metric], trained.metrics[metric])
            if first.bitPattern != second.bitPattern {
                return (metric.rawValue, shortestText(first), shortestText(second))
            }
        }
        return nil
    }

    private static func norm(_ published: EpochRecord, _ trained: EpochRecord) -> Field? {
        let (first, second) = (published.gradientNorms, trained.gradientNorms)
        guard first.count == second.count else {
            return ("the number of gradient norms", "\(first.count)", "\(second.count)")
        }
        guard let place = first.indices.first(where: { first[$0].bitPattern != second[$0].bitPattern }) else {
            return nil
        }
        return (
            "the gradient norm of the epoch's step \(place + 1)", shortestText(first[place]),
            shortestText(second[place])
        )
    }

    private static func sample(_ published: EpochRecord, _ trained: EpochRecord) -> Field? {
        let (first, second) = (published.layerGradients, trained.layerGradients)
        guard first.map(\.layer) == second.map(\.layer) else {
            return ("the sampled layers", list(first.map(\.layer)), list(second.map(\.layer)))
        }
        for (one, other) in zip(first, second) where one != other {
            guard one.values.count == other.values.count else {
                return ("the number of gradients of \(one.layer)", "\(one.values.count)", "\(other.values.count)")
            }
            let place = one.values.indices.first { one.values[$0].bitPattern != other.values[$0].bitPattern }!
            return ("gradient \(place + 1) of \(one.layer)", "\(one.values[place])", "\(other.values[place])")
        }
        return nil
    }

    private static func image(_ published: EpochRecord, _ trained: EpochRecord) -> Field? {
        guard let first = published.outcomes, let second = trained.outcomes else { return nil }
        guard first.count == second.count else {
            return ("the number of test images", "\(first.count)", "\(second.count)")
        }
        guard let image = (0..<first.count).first(where: { first[$0] != second[$0] }) else { return nil }
        return ("test image \(image + 1)", first[image] ? "right" : "wrong", second[image] ? "right" : "wrong")
    }

    private static func list(_ layers: [String]) -> String {
        layers.isEmpty ? "none" : layers.map { shown($0) }.joined(separator: ", ")
    }
}
