import Experiment
import Foundation

/// What tells the points of a figure from each other: the values on the axes on which they differ. No two points that
/// differ have the same text.
package struct PointLabels {
    /// Where the points differ, in their order.
    package let axes: [Hyperparameter]
    /// `batch size 32` and the like, which hold for all of the points.
    package let constants: [String]
    /// A label for each point: the shortest texts that read back to the same values.
    package let exact: [String]
    /// A label for each point, with numbers rounded as far as they stay different.
    package let short: [String]

    package init(axes: [Hyperparameter], points: [[ParameterValue]]) {
        let columns = axes.indices.map { axis in points.map { $0[axis] } }
        let varying = axes.indices.filter { Set(columns[$0]).count > 1 }
        self.axes = varying.map { axes[$0] }
        constants = axes.indices.filter { !varying.contains($0) && !points.isEmpty }.map { axis in
            "\(axes[axis].title) \(points[0][axis])"
        }
        exact = points.map { point in varying.map { point[$0].description }.joined(separator: ", ") }
        let texts = varying.map { shortTexts(of: columns[$0]) }
        short = points.indices.map { point in texts.map { $0[point] }.joined(separator: ", ") }
    }
}

/// Texts of values of one axis for labels: long fractions are rounded, to three digits or as many as keep values that
/// differ different.
package func shortTexts(of values: [ParameterValue]) -> [String] {
    let exact = values.map(\.description)
    let distinct = Set(exact).count
    for digits in 3..<17 {
        let texts = values.map { rounded($0, digits: digits) }
        if Set(texts).count == distinct { return texts }
    }
    return exact
}

/// Whole numbers are limits and sizes, which nobody wants to see rounded.
private func rounded(_ value: ParameterValue, digits: Int) -> String {
    let exact = value.description
    guard case .real(let number) = value, exact.count > 8 else { return exact }
    let text = Double(String(format: "%.\(digits)g", number)).map { shortestText($0) } ?? exact
    return text.count < exact.count ? text : exact
}

/// Names of at most `limit` characters, each cut at the end, in the middle or at the beginning, whichever leaves them
/// different; `nil` where none does, or where one has nothing to see.
package func shortNames(_ names: [String], limit: Int) -> [String]? {
    let whole = names.map { printable($0, limit: 400) }
    guard !whole.contains(where: { $0.allSatisfy(\.isWhitespace) }) else { return nil }
    if whole.allSatisfy({ $0.count <= limit }) { return Set(whole).count == names.count ? whole : nil }
    guard limit >= 3 else { return nil }
    let kept = limit - 1
    return [kept, (kept + 1) / 2, 0].lazy.map { head in whole.map { cut($0, head: head, tail: kept - head) } }.first {
        Set($0).count == names.count
    }
}

/// A text with an ellipsis for what lies between its first and last characters.
func cut(_ text: String, head: Int, tail: Int) -> String {
    text.count <= head + tail + 1 ? text : "\(text.prefix(head))…\(text.suffix(tail))"
}
