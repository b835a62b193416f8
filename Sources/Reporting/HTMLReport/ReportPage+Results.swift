import Experiment

extension ReportPage {
    /// More rows than a reader looks through; the CSV files have all.
    static let rowLimit = FirstRows<Void>.limit

    func writeResults(_ body: inout HTMLText) {
        body.element("h2", "Results")
        body.element(
            "p",
            "Mean ± standard deviation of the last epoch over the n seeds that have finished. The deviation divides by "
                + "n; final.csv also has standard errors and 95 % intervals, which divide by n − 1. Accuracies are in "
                + "percent.")
        body.element("div", class: "scroll") { $0.table(head: finalHead, rows: finalRows) }
        writeLimit(of: tables.finals.count, file: .final, &body)
        writeComparison(&body)
        writeSummary(&body)
        writeNoise(&body)
    }

    private var finalHead: [String] {
        tables.axes.map(\.title) + ["n"]
            + ["val_acc", "best val_acc", "train_acc", "val_loss", "train_loss"].map { "\($0): mean ± std (÷ n)" }
    }

    private var finalRows: [[HTMLText.Cell]] {
        tables.finals.prefix(Self.rowLimit).map { row in
            let spreads: [(Spread?, Int)] = [
                (row.metrics[.valAccuracy], 2), (row.bestValAccuracy, 2), (row.metrics[.trainAccuracy], 2),
                (row.metrics[.valLoss], 4), (row.metrics[.trainLoss], 4),
            ]
            return row.point.map { $0.number == nil ? .word($0.description) : .number($0.description) }
                + [.number("\(row.n)/\(tables.seeds.count)")]
                + spreads.map { .number(text($0.0, decimals: $0.1)) }
        }
    }

    func writeLimit(of count: Int, file: ReportFile, _ body: inout HTMLText) {
        guard count > Self.rowLimit else { return }
        body.element("p", "The first \(Self.rowLimit) of \(count) rows; \(file.rawValue) has all.", class: "note")
    }

    private func text(_ spread: Spread?, decimals: Int) -> String {
        guard let spread else { return "–" }
        return "\(fixedText(spread.mean, decimals: decimals)) ± \(fixedText(spread.deviation, decimals: decimals))"
    }
}
