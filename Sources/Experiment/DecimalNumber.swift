/// A number as people write it in a sweep file or an option, and what a Double makes of it.
///
/// The rule: what is used is what is written. A Double keeps 15 to 17 digits, and more of them are rounded: 0.1 with
/// twenty digits is 0.1. But a number whose value would be lost is none: one that becomes infinite; and one other than
/// 0 that is below the smallest normal Float, in which the engine computes: it would become 0 there, or lose digits.
/// Whole numbers are read as such and never through a Double, which would round those beyond 2⁵³.
public enum DecimalNumber: Sendable, Equatable {
    case value(Double)
    /// Other than 0, and closer to it than `least`.
    case tooSmall
    case tooLarge
    case notANumber

    /// Just above `Float.leastNormalMagnitude`, 1.1755e-38.
    static let least = 1.2e-38

    /// - Parameter text: as YAML 1.2 writes numbers, `[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?`, so `1e-3`
    ///   is one, and hexadecimal, base 60, `.inf` and `.nan` are not.
    public init(_ text: String) {
        guard let digits = Self.digits(of: text),
            // Swift's own parser wants a digit after the point.
            let value = Double(digits.isFractionEmpty ? text.replacing(".", with: ".0", maxReplacements: 1) : text)
        else {
            self = .notANumber
            return
        }
        let isZero = digits.mantissa.allSatisfy { $0 == UInt8(ascii: "0") || $0 == UInt8(ascii: ".") }
        if !value.isFinite {
            self = .tooLarge
        } else if !isZero, abs(value) < Self.least {
            self = .tooSmall
        } else {
            self = .value(value)
        }
    }

    /// What is wrong with `tooSmall`, after the text of the number.
    public static let tooSmallWords =
        "is so close to 0 that its value would be lost; write 0, or a number from "
        + "\(shortestText(least)) on"

    /// The digits before the exponent, with the point; `nil` where `text` is no number.
    private static func digits(of text: String) -> (mantissa: Substring.UTF8View, isFractionEmpty: Bool)? {
        var rest = text[...].utf8
        func skip(_ isPart: (UInt8) -> Bool, atMost limit: Int = .max) -> Int {
            let count = min(rest.prefix(while: isPart).count, limit)
            rest = rest.dropFirst(count)
            return count
        }
        _ = skip(isSign, atMost: 1)
        let start = rest
        let whole = skip(isDigit)
        let point = skip({ $0 == UInt8(ascii: ".") }, atMost: 1)
        let fraction = point > 0 ? skip(isDigit) : 0
        guard whole + fraction > 0 else { return nil }
        let mantissa = start.prefix(whole + point + fraction)
        if skip({ $0 == UInt8(ascii: "e") || $0 == UInt8(ascii: "E") }, atMost: 1) > 0 {
            _ = skip(isSign, atMost: 1)
            guard skip(isDigit) > 0 else { return nil }
        }
        return rest.isEmpty ? (mantissa, point > 0 && fraction == 0) : nil
    }
}

func isDigit(_ byte: UInt8) -> Bool {
    (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
}

func isSign(_ byte: UInt8) -> Bool {
    byte == UInt8(ascii: "+") || byte == UInt8(ascii: "-")
}
