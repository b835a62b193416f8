/// The tables of a run directory, by their names in it.
public enum ReportFile: String, CaseIterable, Sendable, Hashable {
    case epochs = "epochs.csv"
    case aggregate = "aggregate.csv"
    case final = "final.csv"
    case comparison = "comparison.csv"
    case summary = "summary.csv"
    case noise = "noise.csv"
    case noiseComparison = "noise_comparison.csv"
    case agreement = "agreement.csv"
    /// Only of a sweep that captures gradients.
    case gradientNorms = "gradient_norms.csv"
    /// Only of a sweep that captures gradients.
    case layerGradients = "layer_gradients.csv"
    /// The only one with times, hosts and the order of arrival.
    case attempts = "attempts.csv"
}
