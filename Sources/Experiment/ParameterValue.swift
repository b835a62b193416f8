/// One value of a hyperparameter.
///
/// Values of one hyperparameter have one case and are ordered: numbers by size, words by their letters, `false`
/// before `true`. Tables sort their rows by this order.
public enum ParameterValue: Sendable, Hashable {
    case integer(Int)
    case real(Double)
    case flag(Bool)
    case word(String)
}

extension ParameterValue: CustomStringConvertible {
    /// The shortest text that reads back to the same value.
    public var description: String {
        switch self {
        case .integer(let value): String(value)
        case .real(let value): shortestText(value)
        case .flag(let value): String(value)
        case .word(let value): value
        }
    }
}

extension ParameterValue: Comparable {
    public static func < (left: Self, right: Self) -> Bool {
        switch (left, right) {
        case (.integer(let a), .integer(let b)): a < b
        case (.real(let a), .real(let b)): a < b
        case (.flag(let a), .flag(let b)): !a && b
        case (.word(let a), .word(let b)): a < b
        default: left.rank < right.rank
        }
    }

    private var rank: Int {
        switch self {
        case .integer: 0
        case .real: 1
        case .flag: 2
        case .word: 3
        }
    }
}

/// The shortest decimal text that reads back to the same Double; a whole number has no fraction: `1`, `0.001`,
/// `2.5e-07`.
///
/// Every number in a file or a canonical form is printed by this function.
public func shortestText(_ value: Double) -> String {
    let text = value.description
    return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
}
