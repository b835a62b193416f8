import Experiment
import Foundation

/// An axis of numbers: which values it covers, its tics with their labels, and where a value is drawn.
///
/// Any number may be stored, the largest and the smallest that there are among them. Numbers of ordinary size are drawn
/// as they are. All others are drawn in units of the tics, since gnuplot's own arithmetic fails on them; their labels
/// say what they are. Labels are exact decimals, so that two tics never look the same.
package struct ValueAxis {
    package struct Tic: Equatable {
        package let place: Double
        package let label: String
    }

    /// What an axis has besides its values.
    package enum Kind: Sendable {
        /// Ends at tics.
        case measured
        /// Ends at tics, and shows 0.
        case measuredFromZero
        /// Whole numbers with some room at both ends: epochs.
        case counted
        /// Whole numbers from 0, with some room at the high end: steps.
        case countedFromZero

        var hasZero: Bool { self == .measuredFromZero || self == .countedFromZero }
        package var isCounted: Bool { self == .counted || self == .countedFromZero }
    }

    /// The range of the places.
    package let range: ClosedRange<Double>
    package let tics: [Tic]
    /// 10 to this power is the unit in which the axis calculates.
    private let exponent: Int
    /// In that unit; places count tics from `origin`. `nil` where numbers are drawn as they are.
    private let mapping: (origin: Double, step: Double)?

    /// - Parameter values: those that are not finite have no place.
    package init(_ values: some Sequence<Double>, _ kind: Kind = .measured) {
        let finite = values.filter(\.isFinite) + (kind.hasZero ? [0] : [])
        let (low, high) = (finite.min() ?? 0, finite.max() ?? 1)
        let magnitude = max(low.magnitude, high.magnitude)
        let unit = magnitude == 0 ? 0 : decimalExponent(of: magnitude)
        exponent = unit
        let (first, last) = Self.widened(scaled(low, by: unit), scaled(high, by: unit), unit: unit, kind)
        let step = DecimalStep(atLeast: (last - first) / 7, whole: kind.isCounted ? -unit : nil)
        let counts = Self.counts(from: first, to: last, step.value, kind)
        let labels = counts.map { decimalText($0 * step.digit, exponent: step.exponent + unit) }
        // Far from what gnuplot takes for an empty range, or cannot add up.
        let isOrdinary = magnitude < 1e12 && step.value > 1e-6 && step.value * powerOfTen(unit) > 1e-6
        let origin = Double(counts.lowerBound) * step.value
        mapping = isOrdinary ? nil : (origin, step.value)
        let places = zip(labels, 0...).map { isOrdinary ? Double($0) ?? 0 : Double($1) }
        tics = zip(places, labels).map(Tic.init)
        if !kind.isCounted {
            let ends = [low, high].map { isOrdinary ? $0 : (scaled($0, by: unit) - origin) / step.value }
            range = Self.range(places, around: ends)
        } else if isOrdinary {
            range = sixDigits(first * powerOfTen(unit))...sixDigits(last * powerOfTen(unit))
        } else {
            range = (first - origin) / step.value...(last - origin) / step.value
        }
    }

    /// Where a value is drawn; what is not finite stays so, and is not drawn.
    package func place(_ value: Double) -> Double {
        guard let mapping else { return value }
        return (scaled(value, by: exponent) - mapping.origin) / mapping.step
    }

    /// As a horizontal axis, in a plot of some width in pixels.
    package func labels(in width: Double) -> TicLabels {
        let length = range.upperBound - range.lowerBound
        let labels = tics.map { tic in
            TicLabels.Tic(place: tic.place, share: (tic.place - range.lowerBound) / length, lines: [tic.label])
        }
        return TicLabels(labels, clearIn: width)
    }

    /// From the first tic to the last; a value that lies on the frame, or beyond by a rounding error, moves it
    /// outwards.
    private static func range(_ tics: [Double], around values: [Double]) -> ClosedRange<Double> {
        let (first, last) = (tics[0], tics[tics.count - 1])
        let room = (last - first) * 0.02
        return (values[0] <= first && first != 0 ? first - room : first)...(values[1] >= last ? last + room : last)
    }

    /// Values that do not differ, or by no more than a rounding error, have an axis around them.
    private static func widened(_ low: Double, _ high: Double, unit: Int, _ kind: Kind) -> (Double, Double) {
        let magnitude = max(low.magnitude, high.magnitude)
        let isFlat = high - low <= magnitude * 1e-13
        guard kind.isCounted else {
            let room = isFlat ? (magnitude == 0 ? 1 : magnitude * 0.05) : 0
            return (low - room, high + room)
        }
        let quarter = 0.25 * powerOfTen(-unit)
        let room = max(quarter, isFlat ? magnitude * 1e-6 : (high - low) * 0.02)
        return (kind.hasZero ? low : low - room, high + room)
    }

    /// How many steps from 0 the tics stand: around the values, or among them where they are counted.
    private static func counts(from low: Double, to high: Double, _ step: Double, _ kind: Kind) -> ClosedRange<Int> {
        let (first, last) = (low / step, high / step)
        // A rounding error is no reason for another tic.
        let slack = 1e-9 + 4e-16 * max(first.magnitude, last.magnitude)
        let ends =
            kind.isCounted
            ? ((first - slack).rounded(.up), (last + slack).rounded(.down))
            : ((first + slack).rounded(.down), (last - slack).rounded(.up))
        return Int(ends.0)...Int(max(ends.0, ends.1))
    }
}

/// A step of 1, 2 or 5 times a power of ten.
private struct DecimalStep {
    let digit: Int
    let exponent: Int
    var value: Double { Double(digit) * powerOfTen(exponent) }

    /// - Parameter whole: the smallest power of ten, for numbers that are counted.
    init(atLeast rough: Double, whole: Int?) {
        let power = decimalExponent(of: rough)
        let candidates = [(1, power), (2, power), (5, power), (1, power + 1)].map { Self($0, $1) }
        let step = candidates.first { $0.value >= rough * 0.999 } ?? candidates[3]
        self = whole.map { step.exponent < $0 ? Self(1, $0) : step } ?? step
    }

    private init(_ digit: Int, _ exponent: Int) {
        (self.digit, self.exponent) = (digit, exponent)
    }
}

/// The exponent of the first digit: 2 for 123, −3 for 0.00456. Found in the digits, since a logarithm may differ
/// between two hosts.
func decimalExponent(of magnitude: Double) -> Int {
    var exponent = Int(Double(magnitude.exponent) * 0.301_029_995_663_981_2)
    while exponent < 308, magnitude >= powerOfTen(exponent + 1) { exponent += 1 }
    while exponent > -323, magnitude < powerOfTen(exponent) { exponent -= 1 }
    return exponent
}

/// More than a picture shows, and the same on every host whatever the last bit is.
func sixDigits(_ value: Double) -> Double { Double(String(format: "%.6g", value)) ?? value }

/// The nearest Double, on every host the same.
private func powerOfTen(_ exponent: Int) -> Double { Double("1e\(exponent)") ?? 0 }

/// `value` / 10^`exponent`, also where that power is none of the ordinary numbers.
private func scaled(_ value: Double, by exponent: Int) -> Double {
    exponent < -290 ? value * 1e300 / powerOfTen(exponent + 300) : value / powerOfTen(exponent)
}

/// `digits` × 10^`exponent`, exactly: `-0.25`, `1500`, `1.5e+300`.
private func decimalText(_ digits: Int, exponent: Int) -> String {
    guard digits != 0 else { return "0" }
    var text = String(digits.magnitude)
    var exponent = exponent
    while text.hasSuffix("0") {
        text.removeLast()
        exponent += 1
    }
    let sign = digits < 0 ? "-" : ""
    // The exponent of the first digit.
    let place = text.count - 1 + exponent
    if (-4...6).contains(place) {
        if exponent >= 0 { return sign + text + String(repeating: "0", count: exponent) }
        if place >= 0 { return "\(sign)\(text.prefix(place + 1)).\(text.dropFirst(place + 1))" }
        return sign + "0." + String(repeating: "0", count: -place - 1) + text
    }
    let power = "e\(place < 0 ? "-" : "+")\(place.magnitude < 10 ? "0" : "")\(place.magnitude)"
    return sign + text.prefix(1) + (text.count > 1 ? "." + text.dropFirst() : "") + power
}
