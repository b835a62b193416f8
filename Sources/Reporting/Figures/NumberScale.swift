import Experiment
import Foundation

/// The horizontal axis of a hyperparameter that is a number: logarithmic, with a tic at each of its values.
struct NumberScale {
    let isLogarithmic: Bool
    private let values: [Double]
    private let base: Int

    /// - Parameter values: at least one.
    init(_ values: [Double], base: Int) {
        self.values = Set(values).sorted()
        self.base = base
        isLogarithmic = self.values[0] > 0
    }

    func set(_ script: inout GnuplotScript) {
        if isLogarithmic { script.command("set logscale x \(base)") }
        let (low, high) = range
        script.command("set xrange [\(shortestText(low)):\(shortestText(high))]")
        // More tics than these would run into each other.
        guard values.count <= 12 else { return }
        let tics = values.map { "'\(shortestText($0))' \(shortestText($0))" }.joined(separator: ", ")
        script.command("set xtics (\(tics))")
    }

    /// The place of one series' mark: a little aside, so that error bars do not hide each other.
    func aside(_ x: Double, series: Int, of count: Int) -> Double {
        let step = (Double(series) - Double(count - 1) / 2) * 0.01
        return rounded(isLogarithmic ? x * pow(range.high / range.low, step) : x + (range.high - range.low) * step)
    }

    private var range: (low: Double, high: Double) {
        let (first, last) = (values[0], values[values.count - 1])
        if isLogarithmic {
            let room = first == last ? 2 : pow(last / first, 0.12)
            return (rounded(first / room), rounded(last * room))
        }
        let room = first == last ? 1 : (last - first) * 0.12
        return (first - room, last + room)
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

/// To six digits, more than a picture shows: `pow` may differ in its last bit between two hosts.
private func rounded(_ value: Double) -> Double { Double(String(format: "%.6g", value))! }
