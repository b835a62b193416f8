import Experiment

/// The table at the end of a sweep, for people: a row for each point with the means and standard deviations of its
/// finished seeds. The deviation divides by n, which the table has.
///
/// Where a row would be wider than `width`, the standard deviations of the last columns go first, then those columns;
/// the axes, `n` and the final accuracy always stay. What went is said in `leftOut`.
public struct FinalTable: Sendable {
    /// Lines end with a line feed.
    public let text: String
    /// In words: columns, and rows beyond the limit. Empty where everything is there.
    public let leftOut: [String]

    /// - Parameters:
    ///   - finals: by point.
    ///   - width: in characters; `nil` where there is no bound.
    ///   - rowLimit: how many points have a row; `nil` for all.
    public init(
        of finals: [FinalAggregate], _ sweep: Sweep, width: Int? = nil, rowLimit: Int? = nil
    ) {
        let shown = finals.prefix(rowLimit ?? finals.count)
        func layout(_ columns: [Column]) -> TextTable {
            let titles = ["n"] + columns.map(\.head)
            return TextTable(
                header: (sweep.axes.map(\.rawValue) + titles).map { .text($0) },
                rows: shown.map { aggregate in
                    let count = "\(aggregate.metrics.n)/\(sweep.seeds.count)"
                    return aggregate.point.values.map { .text($0.description) }
                        + ([count] + columns.map { $0.text(aggregate) }).map { .number($0) }
                })
        }
        var choice = 0
        var table = layout(columnChoices[0])
        while choice + 1 < columnChoices.count, table.width > width ?? .max {
            choice += 1
            table = layout(columnChoices[choice])
        }
        text = table.text
        let rest = finals.count - shown.count
        leftOut = Self.lost(in: columnChoices[choice]) + (rest > 0 ? [counted(rest, "more point")] : [])
    }

    private static func lost(in columns: [Column]) -> [String] {
        columnChoices[0].compactMap { whole in
            guard let column = columns.first(where: { $0.title == whole.title }) else { return whole.title }
            return column.showsDeviation == whole.showsDeviation ? nil : "the standard deviation of \(whole.title)"
        }
    }
}

private struct Column {
    let title: String
    let decimals: Int
    let showsDeviation: Bool
    let statistics: @Sendable (FinalAggregate) -> SummaryStatistics?

    /// What stands above the column: it says what follows the mean.
    var head: String { showsDeviation ? "\(title) ± std" : title }

    func text(_ aggregate: FinalAggregate) -> String {
        guard let statistics = statistics(aggregate) else { return "-" }
        let mean = fixedText(statistics.mean, decimals: decimals)
        return showsDeviation ? "\(mean) ± \(fixedText(statistics.standardDeviation, decimals: decimals))" : mean
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
