import Experiment

/// The mean of each `window` values in a row, as pandas' `rolling(window).mean()` without the first `window` − 1, which
/// have no mean. Each is summed anew: a running sum would gather rounding errors over a million steps.
package func rollingMean(_ values: [Double], window: Int) -> [Double] {
    guard values.count >= window else { return [] }
    return (window...values.count).map { end in pairwiseSum(values[(end - window)..<end]) / Double(window) }
}

/// A curve with at most about 4,000 points that looks like the whole one: of each stretch of steps the lowest and the
/// highest value, at their places. A figure is 800 pixels wide, and an SVG of every step would have megabytes.
package func thinned(_ steps: [Int], _ values: [Double]) -> [[Double]] {
    let stretch = (values.count + 1_999) / 2_000
    guard stretch > 2 else { return zip(steps, values).map { [Double($0), $1] } }
    return stride(from: 0, to: values.count, by: stretch).flatMap { start in
        let range = start..<min(start + stretch, values.count)
        let lowest = range.min { values[$0] < values[$1] }!
        let highest = range.max { values[$0] < values[$1] }!
        return Set([lowest, highest]).sorted().map { [Double(steps[$0]), values[$0]] }
    }
}
