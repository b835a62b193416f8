import Experiment
import Statistics

/// The mean of each `window` values in a row, as pandas' `rolling(window).mean()` without the first `window` − 1, which
/// have no mean. Each is summed anew: a running sum would gather rounding errors over a million steps.
package struct RollingMean: Sendable {
    private let window: Int
    private var last: [Double] = []

    package init(window: Int) {
        self.window = window
    }

    /// The mean that ends with `value`; `nil` for the first `window` − 1.
    package mutating func next(_ value: Double) -> Double? {
        if last.count == window { last.removeFirst() }
        last.append(value)
        return last.count == window ? pairwiseSum(last) / Double(window) : nil
    }
}

/// A curve with at most 4,000 points that looks like the whole one, however long that is: of each stretch of steps the
/// lowest and the highest value, at their places. A figure is 800 pixels wide, and an SVG of every step would have
/// megabytes.
///
/// Takes the points one by one: when there are more stretches than 2,000, two neighbours become one.
package struct ThinnedCurve: Sendable {
    private static let stretchLimit = 2_000

    private struct Point: Sendable {
        var step: Int
        var value: Double
    }

    private struct Stretch: Sendable {
        var lowest: Point
        var highest: Point

        mutating func add(_ other: Stretch) {
            // The first of equal values counts.
            if other.lowest.value < lowest.value { lowest = other.lowest }
            if other.highest.value > highest.value { highest = other.highest }
        }
    }

    private var stretches: [Stretch] = []
    /// How many values make a stretch, and how many the last one has.
    private var length = 1
    private var lastCount = 0
    /// How many values are no finite numbers.
    package private(set) var unshownCount = 0

    package init() {}

    /// Steps ascend.
    package mutating func add(_ value: Double, at step: Int) {
        guard value.isFinite else {
            unshownCount += 1
            return
        }
        let stretch = Stretch(lowest: Point(step: step, value: value), highest: Point(step: step, value: value))
        if !stretches.isEmpty, lastCount < length {
            stretches[stretches.count - 1].add(stretch)
            lastCount += 1
            return
        }
        if stretches.count == limit { halve() }
        stretches.append(stretch)
        lastCount = 1
    }

    /// Single values need one place each, stretches two.
    private var limit: Int { length == 1 ? 2 * Self.stretchLimit : Self.stretchLimit }

    private mutating func halve() {
        // From single values to stretches of four, so that the points become half as many.
        let group = length == 1 ? 4 : 2
        stretches = stride(from: 0, to: stretches.count, by: group).map { start in
            stretches[(start + 1)..<min(start + group, stretches.count)].reduce(into: stretches[start]) { $0.add($1) }
        }
        length *= group
    }

    /// By step: steps and values.
    package var points: [(step: Int, value: Double)] {
        stretches.flatMap { stretch in
            let ends = [stretch.lowest, stretch.highest].sorted { $0.step < $1.step }
            return ends.prefix(ends[0].step == ends[1].step ? 1 : 2).map { ($0.step, $0.value) }
        }
    }
}
