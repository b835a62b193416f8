import Experiment

extension SweepTables {
    /// All figures, in the order of their numbers: the notebook's six, each for every combination of the axes that it
    /// does not show, the paired differences, the interval estimates, the probability of superiority, the runs
    /// themselves, and the agreement on test images. At most `FigureLayout.groupLimit` of each kind.
    public func figures() -> [Figure] {
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
        figures.append(intervalEstimateFigure(layout, name: "8-interval_estimates"))
        figures.append(superiorityFigure(layout, name: "9-superiority"))
        figures += runsFigures(layout, name: "10-runs")
        figures += agreementFigures(layout, name: "11-agreement")
        return figures
    }

    /// What tables and figures leave out, a line for the user each; none where they show every point.
    public var omissions: [String] { figureOmissions + comparisonOmissions }

    var figureOmissions: [String] {
        var omissions: [String] = []
        if layout.shownGroups.count < layout.groups.count {
            let axes = layout.otherAxes.map(\.title).joined(separator: " and ")
            omissions.append(
                "the figures but that of the final accuracy show the first \(layout.shownGroups.count) of "
                    + "\(counted(layout.groups.count, "combination")) of \(axes)")
        }
        if layout.omittedSeriesCount > 0, let axis = layout.seriesAxis {
            omissions.append(
                "the figures show the first \(layout.series.count) of "
                    + "\(counted(layout.series.count + layout.omittedSeriesCount, "value")) of \(axis.title)")
        }
        let families = finalAccuracyFamilyCount(layout)
        if families > FigureLayout.groupLimit {
            omissions.append(
                "the final accuracy is drawn for the first \(FigureLayout.groupLimit) of "
                    + "\(counted(families, "combination")) of the other axes")
        }
        return omissions
    }

    /// Where so few seeds cannot reach p = 0.05 by an exact test, a sentence that says so; `nil` where they can, and
    /// where there is nothing to compare.
    public var exactTestNote: String? {
        Experiment.exactTestNote(seeds: seeds.count, axes: axes, points: finals.map(\.point))
    }

    var comparisonOmissions: [String] { PointPairs(axes: axes, points: finals.map(\.point)).omissions }

    /// Of some points' trainings, how many have finished; empty where all have.
    func completeness(of points: [PointValues]) -> String {
        let wanted = points.count * seeds.count
        // A foreign table may count what it likes.
        let done = points.reduce(0) { done, point in
            let (sum, overflow) = done.addingReportingOverflow(final(of: point)?.n ?? 0)
            return overflow ? .max : sum
        }
        if wanted == 0 { return "nothing is stored yet" }
        return done < wanted ? "unfinished: \(done) of \(wanted) trainings are done" : ""
    }
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

/// For a figure's note: what cannot be drawn, since it is no finite number; empty where all is drawn.
func unshown(_ count: Int, _ noun: String) -> String {
    count == 0 ? "" : "\(counted(count, noun)) not drawn: no finite number"
}

/// For a figure's note: whether labels below the plot are shorter than their numbers.
func roundedNote(_ areRounded: Bool) -> String { areRounded ? "numbers below are rounded" : "" }
