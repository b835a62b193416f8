import Glibc

/// An axis of a chart: which values it covers, and where it has ticks.
struct ChartScale: Equatable {
    let range: ClosedRange<Double>
    let ticks: [Double]
    /// How many decimals the ticks need.
    let decimals: Int

    /// Covers the values with ticks at multiples of 1, 2 or 5 times a power of ten, about five of them.
    init(covering values: some Sequence<Double>, wholeNumbers: Bool = false) {
        let finite = values.filter(\.isFinite)
        var low = finite.min() ?? 0
        var high = finite.max() ?? 1
        if high - low < abs(high) * 1e-9 || high == low {
            low -= wholeNumbers ? 0 : max(abs(low) * 0.05, 0.01)
            high += wholeNumbers ? 1 : max(abs(high) * 0.05, 0.01)
        }
        let step = Self.step(for: (high - low) / 5, wholeNumbers: wholeNumbers)
        let first = (low / step).rounded(wholeNumbers ? .up : .down)
        let last = (high / step).rounded(wholeNumbers ? .down : .up)
        ticks = stride(from: first, through: last, by: 1).map { $0 * step }
        range = wholeNumbers ? low...high : first * step...last * step
        decimals = max(0, Int((-log10(step)).rounded(.up)))
    }

    private static func step(for rough: Double, wholeNumbers: Bool) -> Double {
        let power = pow(10, log10(rough).rounded(.down))
        let step = [1, 2, 5, 10].map { $0 * power }.first { $0 >= rough * 0.999 } ?? rough
        return wholeNumbers ? max(1, step) : step
    }

    /// 0 at the low end, 1 at the high end.
    func place(of value: Double) -> Double { (value - range.lowerBound) / (range.upperBound - range.lowerBound) }
}
