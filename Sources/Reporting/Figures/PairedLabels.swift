import Experiment

/// What stands below the places of a paired figure: the points side by side, or turned, or numbers with a legend,
/// whichever is the first that there is room for. No two places have the same label.
package struct PairedLabels {
    /// A longer one would take more room than the plot.
    private static let turnedLimit = 30
    private static let gap = 8.0

    package let tics: TicLabels
    /// What the numbers stand for; empty where there are none.
    package let legend: [String]
    package let xLabel: String
    /// Whether a label has a number that is not exactly its point's.
    package let isRounded: Bool

    /// - Parameters:
    ///   - details: of each place, the lines below its label.
    ///   - width: of the plot, in pixels.
    package init(_ points: PointLabels, details: [[String]], width: Double) {
        let room = width / TicLabels.pitches(of: details.count) - Self.gap
        let names = points.axes.map(\.title).joined(separator: ", ")
        for labels in [points.exact, points.short] {
            let lines = zip(labels, details).map { ([$0] + $1).filter { !$0.isEmpty } }
            guard Self.widest(lines) > room else {
                self.init(lines, [], names, isRounded: labels != points.exact)
                return
            }
        }
        for labels in [points.exact, points.short] where labels.allSatisfy({ $0.count <= Self.turnedLimit }) {
            self.init(labels.map { [$0] }, isTurned: true, [], names, isRounded: labels != points.exact)
            return
        }
        let numbers = details.indices.map { [String($0 + 1)] }
        let lines = zip(numbers, details).map(+)
        self.init(
            Self.widest(lines) <= room ? lines : numbers, FigureFrame.numbered(points.exact), "number: \(names)",
            isRounded: false)
    }

    private init(
        _ lines: [[String]], isTurned: Bool = false, _ legend: [String], _ xLabel: String, isRounded: Bool
    ) {
        let count = lines.count
        let tics = lines.enumerated().map { index, lines in
            TicLabels.Tic(place: Double(index), share: TicLabels.share(of: index, among: count), lines: lines)
        }
        self.tics = TicLabels(tics, isTurned: isTurned)
        (self.legend, self.xLabel, self.isRounded) = (legend, xLabel, isRounded)
    }

    private static func widest(_ lines: [[String]]) -> Double { lines.joined().map { textWidth($0) }.max() ?? 0 }
}
