import Experiment
import Foundation

/// The horizontal axis of a hyperparameter that is a number: logarithmic, with a tic at each of its values, and a label
/// where there is room for one.
package struct NumberScale {
    /// Below it gnuplot takes a number for 0, which has no logarithm.
    private static let smallest = 1e-290
    /// Values that differ by no more than this factor look the same on a linear axis as on a logarithmic one.
    private static let closeness = 1.001
    /// More tics than these would be a black bar.
    private static let ticLimit = 60

    private enum Kind {
        /// In shares of the way from the first value to the last: gnuplot takes values that hardly differ, or hardly
        /// from 0, for equal.
        case linear
        case logarithmic
        /// Logarithmic, drawn as powers of ten.
        case powers
    }

    private let kind: Kind
    private let values: [Double]
    private let base: Int

    /// - Parameter values: at least one; finite.
    package init(_ values: [Double], base: Int) {
        self.values = Set(values).sorted()
        self.base = base
        let (first, last) = (self.values[0], self.values[self.values.count - 1])
        let isLinear = first <= 0 || (first < last && last < first * Self.closeness)
        kind = isLinear ? .linear : first < Self.smallest ? .powers : .logarithmic
    }

    func set(_ script: inout GnuplotScript, _ frame: FigureFrame) {
        if kind == .logarithmic { script.command("set logscale x \(base)") }
        let (low, high) = range
        script.command("set xrange [\(shortestText(low)):\(shortestText(high))]")
        script.set(frame.xTics)
    }

    /// Where a value is drawn.
    func place(_ x: Double) -> Double {
        let (first, last) = (values[0], values[values.count - 1])
        return switch kind {
        case .linear: first == last ? 0 : (x - first) / (last - first)
        case .logarithmic: x
        case .powers: sixDigits(log10(x))
        }
    }

    /// The place of one series' mark: a little aside, so that error bars do not hide each other.
    func aside(_ x: Double, series: Int, of count: Int) -> Double {
        let step = (Double(series) - Double(count - 1) / 2) * 0.01
        let (low, high) = range
        return sixDigits(
            kind == .logarithmic ? x * pow(high / low, step) : place(x) + (high - low) * step)
    }

    private var range: (low: Double, high: Double) {
        let (first, last) = (place(values[0]), place(values[values.count - 1]))
        if kind == .logarithmic {
            let room = first == last ? 2 : pow(last / first, 0.12)
            return (sixDigits(first / room), sixDigits(last * room))
        }
        let room = first == last ? 1 : (last - first) * 0.12
        return (first - room, last + room)
    }

    /// In a plot of some width in pixels: all tics where they are not too many, and a label wherever it stays clear of
    /// the one before. Where there is not room for all of them, numbers are rounded as far as they stay different.
    package func labels(in width: Double) -> (labels: TicLabels, areRounded: Bool) {
        let exact = values.map { shortestText($0) }
        let whole = labels(exact, in: width)
        guard whole.tics.contains(where: \.lines.isEmpty) else { return (whole, false) }
        let short = shortTexts(of: values.map(ParameterValue.real))
        let labels = labels(short, in: width)
        guard values.count > Self.ticLimit else { return (labels, short != exact) }
        return (TicLabels(labels.tics.filter { !$0.lines.isEmpty }, isTurned: false), short != exact)
    }

    private func labels(_ texts: [String], in width: Double) -> TicLabels {
        let tics = zip(values, texts).map { value, text in
            TicLabels.Tic(place: place(value), share: share(of: value), lines: [text])
        }
        return TicLabels(tics, clearIn: width)
    }

    /// 0 at the left end of the axis, 1 at the right one.
    private func share(of value: Double) -> Double {
        let (low, high) = range
        guard kind == .logarithmic else { return (place(value) - low) / (high - low) }
        return (log(value) - log(low)) / (log(high) - log(low))
    }
}

extension Hyperparameter {
    var isNumeric: Bool {
        switch domain {
        case .integer, .real: true
        case .flag, .word: false
        }
    }
}

extension ParameterValue {
    var number: Double? {
        switch self {
        case .integer(let value): Double(value)
        case .real(let value): value
        case .flag, .word: nil
        }
    }
}
