/// The gradient norms of the first seed of a point, the lowest of those that have any.
struct GradientNormTrace: Sendable {
    static let rollingWindow = 20

    let seed: Int
    private(set) var norms = ThinnedCurve()
    /// The mean of each `rollingWindow` norms in a row, at the last one's step.
    private(set) var means = ThinnedCurve()
    private(set) var lastStep = 0
    private var window = RollingMean(window: rollingWindow)

    init(seed: Int) {
        self.seed = seed
    }

    mutating func add(_ norm: Double, step: Int) {
        lastStep = max(lastStep, step)
        norms.add(norm, at: step)
        if let mean = window.next(norm) { means.add(mean, at: step) }
    }
}
