import Experiment
import Statistics

/// The final table of a paper: every point that the figures show, the best one in bold, and a mark at those that the
/// seeds cannot tell from it.
///
/// The best one has the highest mean final validation accuracy. A point cannot be told from it where the 95 % interval
/// of their paired difference (Student's t, n − 1) has 0 in it, or where there is none. These intervals are not
/// corrected for their number: it is a mark for readers and no test.
struct PaperTable {
    enum Mark: Sendable {
        case best, indistinguishable, none
    }

    struct Row {
        let values: [String]
        let n: Int
        /// Of the validation accuracy.
        let mark: Mark
        /// Mean ± standard deviation, as `titles` name them; a dash where there is none.
        let spreads: [String]
    }

    static let titles = ["val_acc (%)", "best val_acc (%)", "val_loss"]

    let axes: [String]
    let rows: [Row]
    /// How many points of the sweep are not in it.
    let omittedCount: Int

    init(_ tables: SweepTables) {
        axes = tables.axes.map(\.title)
        let shown = tables.layout.shownPoints
        let finals = tables.finals.filter { shown.contains($0.point) }
        omittedCount = tables.finals.count - finals.count
        let best = finals.filter { $0.metrics[.valAccuracy]?.mean.isFinite == true }
            .max { $0.metrics[.valAccuracy]!.mean < $1.metrics[.valAccuracy]!.mean }
        rows = finals.map { row in
            Row(
                values: row.point.map(\.description), n: row.n, mark: Self.mark(of: row, beside: best, tables),
                spreads: [
                    Self.text(row.metrics[.valAccuracy], decimals: 2), Self.text(row.bestValAccuracy, decimals: 2),
                    Self.text(row.metrics[.valLoss], decimals: 4),
                ])
        }
    }

    private static func mark(of row: FinalRow, beside best: FinalRow?, _ tables: SweepTables) -> Mark {
        guard let best, row.n > 0 else { return .none }
        guard row.point != best.point else { return .best }
        guard let interval = tables.pairedSample(best.point, row.point).interval.value else {
            return .indistinguishable
        }
        return interval.contains(0) ? .indistinguishable : .none
    }

    private static func text(_ spread: Spread?, decimals: Int) -> String {
        guard let spread else { return "–" }
        return "\(fixedText(spread.mean, decimals: decimals)) ± \(fixedText(spread.deviation, decimals: decimals))"
    }

    // MARK: As text

    private var caption: String {
        let omitted = omittedCount > 0 ? " \(counted(omittedCount, "point")) left out." : ""
        return
            "Mean ± standard deviation (divided by n) over the n seeds that have finished, at the last epoch. Bold: "
            + "the highest mean val_acc; †: the 95 % interval of the paired difference to it (Student's t, n − 1, not "
            + "corrected for the number of points) has 0 in it or cannot be had.\(omitted)"
    }

    func text(_ format: PaperFormat) -> String { format == .markdown ? markdown : latex }

    private var header: [String] { axes + ["n"] + Self.titles }

    private func cells(of row: Row, bold: (String) -> String) -> [String] {
        let accuracy = row.spreads[0]
        let marked =
            switch row.mark {
            case .best: bold(accuracy)
            case .indistinguishable: accuracy + " †"
            case .none: accuracy
            }
        return row.values + [String(row.n), marked] + row.spreads.dropFirst()
    }

    private var markdown: String {
        let lines =
            [header, header.indices.map { $0 < axes.count ? "---" : "---:" }]
            + rows.map { cells(of: $0) { "**\($0)**" } }
        return lines.map { "| " + $0.joined(separator: " | ") + " |\n" }.joined() + "\n\(caption)\n"
    }

    private var latex: String {
        let columns = String(repeating: "l", count: axes.count) + String(repeating: "r", count: 1 + Self.titles.count)
        func line(_ cells: [String]) -> String { "    " + cells.joined(separator: " & ") + " \\\\\n" }
        let body = rows.map { row in
            // The commands of bold type must not be escaped, what is in them must.
            var cells = cells(of: row, bold: { $0 }).map(PaperFormat.latex.prose)
            if row.mark == .best { cells[axes.count + 1] = "\\textbf{\(cells[axes.count + 1])}" }
            return line(cells)
        }
        return """
            % needs \\usepackage{booktabs}
            \\begin{table}
              \\centering
              \\caption{\(PaperFormat.latex.prose(caption))}
              \\begin{tabular}{\(columns)}
                \\toprule
            \(line(header.map(PaperFormat.latex.prose)))    \\midrule
            \(body.joined())    \\bottomrule
              \\end{tabular}
            \\end{table}

            """
    }
}
