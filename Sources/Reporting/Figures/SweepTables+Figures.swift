import Experiment

extension SweepTables {
    /// All figures, in the order of their names: the notebook's six, each for every combination of the axes that it
    /// does not show, and the paired differences.
    public func figures() -> [Figure] {
        let layout = FigureLayout(axes: axes, points: finals.map(\.point))
        let bands: [(Metric, String)] = [
            (.trainLoss, "1-train_loss"), (.valLoss, "2-val_loss"), (.valAccuracy, "3-val_accuracy"),
        ]
        var figures: [Figure] = []
        for (metric, name) in bands {
            figures += layout.shownGroups.map { bandFigure(of: metric, $0, layout, name: name + $0.suffix) }
        }
        figures += gradientNormFigures(layout, name: "4-gradient_norm")
        figures += layerGradientFigures(layout, name: "5-layer_gradients")
        figures += finalAccuracyFigures(layout, name: "6-final_accuracy")
        figures += pairedDifferenceFigures(layout, name: "7-paired_difference")
        return figures
    }

    /// What the figures leave out, for a line to the user; `nil` where they show every point.
    public var omission: String? {
        let layout = FigureLayout(axes: axes, points: finals.map(\.point))
        if layout.shownGroups.count < layout.groups.count {
            return "the figures but that of the final accuracy show the first \(layout.shownGroups.count) of "
                + "\(layout.groups.count) combinations of "
                + layout.otherAxes.map(\.title).joined(separator: " and ")
        }
        if layout.omittedSeriesCount > 0, let axis = layout.seriesAxis {
            return "the figures show the first \(layout.series.count) of "
                + "\(layout.series.count + layout.omittedSeriesCount) values of \(axis.title)"
        }
        return nil
    }

    /// Of a group's trainings, how many have finished; empty where all have.
    func completeness(of points: [PointValues]) -> String {
        let wanted = points.count * seeds.count
        let done = finals.filter { points.contains($0.point) }.reduce(0) { $0 + $1.n }
        if wanted == 0 { return "nothing is stored yet" }
        return done < wanted ? "unfinished: \(done) of \(wanted) trainings are done" : ""
    }

    func final(of point: PointValues) -> FinalRow? { finals.first { $0.point == point } }
}

/// `a: b, c` and the like, without the parts that are empty.
func joined(_ parts: [String], by separator: String) -> String {
    parts.filter { !$0.isEmpty }.joined(separator: separator)
}

/// `n = 3`, `n = 1 to 3`; `n = 0` where there are none.
func countLabel(_ counts: [Int]) -> String {
    guard let low = counts.min(), let high = counts.max() else { return "n = 0" }
    return low == high ? "n = \(high)" : "n = \(low) to \(high)"
}
