import Experiment

/// The table at the end of a sweep, for people: a row for each point with the means and standard deviations of its
/// finished seeds.
///
/// Lines end with a line feed. Where a row would be wider than `width`, the standard deviations of the last columns go
/// first, then those columns; the axes, `n` and the final accuracy always stay.
///
/// - Parameter width: in characters.
public func finalTable(of results: SweepResults, width: Int = 80) -> String {
    let aggregates = results.finalAggregates()
    let layouts = columnChoices.map { columns in
        TextTable(
            leading: results.sweep.axes.map(\.rawValue), trailing: ["n"] + columns.map(\.title),
            rows: aggregates.map { aggregate in
                let count = "\(aggregate.metrics.n)/\(results.sweep.seeds.count)"
                return aggregate.point.values.map(\.description) + [count] + columns.map { $0.text(aggregate) }
            })
    }
    return (layouts.first { $0.width <= width } ?? layouts.last!).text
}

private struct Column {
    let title: String
    let decimals: Int
    let showsDeviation: Bool
    let statistics: @Sendable (FinalAggregate) -> SummaryStatistics?

    func text(_ aggregate: FinalAggregate) -> String {
        guard let statistics = statistics(aggregate) else { return "-" }
        let mean = fixedPoint(statistics.mean, decimals: decimals)
        return showsDeviation ? "\(mean) ± \(fixedPoint(statistics.standardDeviation, decimals: decimals))" : mean
    }

    static let accuracy = Column(title: "val_acc %", decimals: 2, showsDeviation: true) { $0.metrics[.valAccuracy] }

    static func best(showsDeviation: Bool) -> Column {
        Column(title: "best %", decimals: 2, showsDeviation: showsDeviation) { $0.bestValAccuracy }
    }

    static func loss(showsDeviation: Bool) -> Column {
        Column(title: "val_loss", decimals: 4, showsDeviation: showsDeviation) { $0.metrics[.valLoss] }
    }
}

/// From the widest to the narrowest.
private let columnChoices: [[Column]] = [
    [.accuracy, .best(showsDeviation: true), .loss(showsDeviation: true)],
    [.accuracy, .best(showsDeviation: true), .loss(showsDeviation: false)],
    [.accuracy, .best(showsDeviation: false), .loss(showsDeviation: false)],
    [.accuracy, .best(showsDeviation: false)],
    [.accuracy],
]

/// `-1.50`; a number that is too large for it in its shortest form.
func fixedPoint(_ value: Double, decimals: Int) -> String {
    // A diverged mean would not fit into an integer.
    guard value.magnitude < 1e9 else { return shortestText(value) }
    let scale = (0..<decimals).reduce(1) { scale, _ in scale * 10 }
    let scaled = Int((value.magnitude * Double(scale)).rounded())
    let fraction = String(scaled % scale)
    let zeros = String(repeating: "0", count: decimals - fraction.count)
    return "\(value < 0 && scaled > 0 ? "-" : "")\(scaled / scale).\(zeros)\(fraction)"
}

/// Columns of text, two spaces apart: the leading ones aligned left, the trailing ones right.
private struct TextTable {
    private let lines: [[String]]
    private let leadingCount: Int
    private let widths: [Int]

    init(leading: [String], trailing: [String], rows: [[String]]) {
        lines = [leading + trailing] + rows
        leadingCount = leading.count
        let lines = lines
        widths = lines[0].indices.map { column in lines.map { $0[column].count }.max() ?? 0 }
    }

    var width: Int { widths.reduce(0, +) + 2 * (widths.count - 1) }

    var text: String {
        lines.map { line in
            let cells = line.indices.map { column in
                let space = String(repeating: " ", count: widths[column] - line[column].count)
                return column < leadingCount ? line[column] + space : space + line[column]
            }
            return cells.joined(separator: "  ") + "\n"
        }.joined()
    }
}
