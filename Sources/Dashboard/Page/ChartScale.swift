import Glibc

/// An axis of a chart: which values it covers, and where it has ticks.
package struct ChartScale: Equatable {
    package let range: ClosedRange<Double>
    package let ticks: [Double]
    /// How many decimals the ticks need.
    package let decimals: Int
    package let isLogarithmic: Bool

    /// Where the largest value is more times the smallest, a linear axis would show the large ones alone: the losses
    /// of a point that diverges, and none of the others.
    private static let linearSpan = 50.0

    private static let powerLimit = 8

    /// Whether a chart shows a value at all. Beyond these no chart means anything, and neither the width of the range
    /// nor a logarithm in it would be a number.
    package static func canShow(_ value: Double) -> Bool {
        abs(value) < 1e100 && (value == 0 || abs(value) > 1e-100)
    }

    /// Covers the values that it can show with about five ticks, at multiples of 1, 2 or 5 times a power of ten.
    package init(values: some Sequence<Double>) {
        let finite = values.filter(Self.canShow)
        var low = finite.min() ?? 0
        var high = finite.max() ?? 1
        isLogarithmic = low > 0 && high / low > Self.linearSpan
        if isLogarithmic {
            let powers = Int(log10(low).rounded(.down))...Int(log10(high).rounded(.up))
            // A wide range does not show every power: their labels would cover each other.
            let step = (powers.count + Self.powerLimit - 1) / Self.powerLimit
            ticks = stride(from: powers.lowerBound, through: powers.upperBound, by: step).map { pow(10, Double($0)) }
            range = ticks.first!...pow(10, Double(powers.upperBound))
            decimals = max(0, -powers.lowerBound)
            return
        }
        if high - low <= abs(high) * 1e-9 {
            let margin = max(abs(high) * 0.05, 0.01)
            (low, high) = (low - margin, high + margin)
        }
        let step = Self.step(for: (high - low) / 5)
        let (first, last) = ((low / step).rounded(.down), (high / step).rounded(.up))
        ticks = stride(from: first, through: last, by: 1).map { $0 * step }
        range = first * step...last * step
        decimals = max(0, Int((-log10(step)).rounded(.up)))
    }

    /// Covers 1 to `count`, with ticks at whole numbers.
    package init(counting count: Int) {
        let step = max(1, Self.step(for: Double(count - 1) / 8))
        ticks = stride(from: step, through: Double(count), by: step).map { $0 }
        range = 1...Double(max(2, count))
        decimals = 0
        isLogarithmic = false
    }

    private static func step(for rough: Double) -> Double {
        guard rough > 0 else { return 1 }
        let power = pow(10, log10(rough).rounded(.down))
        return [1, 2, 5, 10].map { $0 * power }.first { $0 >= rough * 0.999 } ?? rough
    }

    /// 0 at the low end, 1 at the high end.
    package func place(of value: Double) -> Double {
        let (value, low, high) =
            isLogarithmic
            ? (log10(value), log10(range.lowerBound), log10(range.upperBound))
            : (value, range.lowerBound, range.upperBound)
        return (value - low) / (high - low)
    }
}
