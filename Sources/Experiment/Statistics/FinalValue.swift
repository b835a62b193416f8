/// A number of a finished run that tables compare and summarise.
public enum FinalValue: Sendable, Hashable {
    /// A metric of the last epoch.
    case last(Metric)
    /// The highest validation accuracy over the epochs.
    case bestValAccuracy

    /// In the order of the tables' rows.
    public static let all = Metric.allCases.map(FinalValue.last) + [.bestValAccuracy]

    /// In the tables' column `metric`.
    public var name: String {
        switch self {
        case .last(let metric): "final_\(metric.rawValue)"
        case .bestValAccuracy: "best_val_acc"
        }
    }
}

extension FinishedRun {
    public subscript(_ value: FinalValue) -> Double {
        switch value {
        case .last(let metric): metrics[metric]
        case .bestValAccuracy: bestValAccuracy
        }
    }
}
