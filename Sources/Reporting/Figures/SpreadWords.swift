import Experiment

/// What a figure says of its bars and bands that are standard deviations: the axis names them, the note says what they
/// are divided by, and title and key have n.
enum SpreadWords {
    /// - Parameter counts: how many seeds are in each mean.
    static func note(of counts: [Int]) -> String {
        counts.max() == 1
            ? "one seed: no standard deviation to show"
            : "mean ± standard deviation over the n seeds (divided by n)"
    }

    static func label(of metric: Metric, _ counts: [Int]) -> String {
        metric.title.lowercased() + (counts.max() == 1 ? "" : ", mean ± std")
    }
}
