/// Why a number cannot be had from the data. It stands where the number would: no statistic of this module is ever NaN.
///
/// `description` is the text for a table's column of reasons.
public enum Undefined: Error, Sendable, Hashable, CustomStringConvertible {
    /// There are fewer values, pairs or runs than the number needs.
    case fewer(than: Int)
    /// The values differ by nothing, or by no more than the rounding of the numbers they were made from.
    case noVariance
    /// A value is infinite or not a number, or so large that its square is.
    case notFinite
    /// A mean difference of 0 is found by no number of pairs.
    case noEffect
    /// The number exists, and is above the bound up to which it is looked for.
    case more(than: Int)
    /// Two runs were tested with different images.
    case differentImages

    public var description: String {
        switch self {
        case .fewer(let count): "n < \(count)"
        case .noVariance: "no variance"
        case .notFinite: "not finite"
        case .noEffect: "no effect"
        case .more(let count): "more than \(count)"
        case .differentImages: "different test sets"
        }
    }
}

/// A number that the data give, or the reason why they do not.
public typealias Estimate<Value> = Result<Value, Undefined>

extension Result where Failure == Undefined {
    /// `nil` where it is undefined.
    public var value: Success? { try? get() }

    /// `nil` where it is defined.
    public var reason: Undefined? {
        guard case .failure(let reason) = self else { return nil }
        return reason
    }
}
