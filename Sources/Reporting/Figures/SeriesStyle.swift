import Experiment

/// How a series looks: colour, dashes and point shape each tell it from the others, so that one of them is enough, in
/// grey print and for the colour-blind.
struct SeriesStyle {
    let color: String
    /// gnuplot's numbers of a dash type and of a filled shape.
    let dashType: String
    let pointType: Int

    var line: String { "lc rgb '\(color)' dt \(dashType)" }
    var points: String { "\(line) pt \(pointType)" }

    private static let dashTypes = ["1", "'-'", "'.-'", "'-..'"]
    /// Circle, square, triangle, triangle upside down, diamond, pentagon.
    private static let pointTypes = [7, 5, 9, 11, 13, 15]
    /// The notebook's colours come first: they are matplotlib's.
    private static let colors = [
        "#1f77b4", "#ff7f0e", "#2ca02c", "#d62728", "#9467bd", "#8c564b", "#e377c2", "#17becf",
    ]
    static var limit: Int { colors.count }

    /// - Parameter index: of the value on its axis; the norms have theirs for good, whichever of them a sweep has.
    static func of(_ value: ParameterValue, at index: Int) -> SeriesStyle {
        let norms = Norm.allCases.map { ParameterValue.word($0.rawValue) }
        let place = norms.firstIndex(of: value) ?? index
        return SeriesStyle(
            color: colors[place % colors.count], dashType: dashTypes[place % dashTypes.count],
            pointType: pointTypes[place % pointTypes.count])
    }
}

extension ParameterValue {
    /// In a key: `BN`, `learning rate 0.001`.
    func label(on axis: Hyperparameter) -> String {
        guard axis == .norm, case .word(let word) = self, let norm = Norm(rawValue: word) else {
            return "\(axis.title) \(self)"
        }
        return switch norm {
        case .batch: "BN"
        case .layer: "LN"
        case .none: "None"
        }
    }
}

extension Hyperparameter {
    /// `batch size`.
    var title: String { rawValue.replacing("_", with: " ") }
}

extension Metric {
    var title: String {
        switch self {
        case .trainLoss: "Training loss"
        case .valLoss: "Validation loss"
        case .trainAccuracy: "Training accuracy (%)"
        case .valAccuracy: "Validation accuracy (%)"
        }
    }
}
