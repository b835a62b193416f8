import Experiment

extension ReportPage {
    /// More rows than a reader looks through; the CSV files have all.
    static let rowLimit = FirstRows<Void>.limit

    func writeResults(_ body: inout HTMLText) {
        body.element("h2", "Results")
        body.element(
            "p", "Mean ± standard deviation over the seeds (divided by n) of the last epoch; accuracies in percent.")
        body.element("div", class: "scroll") { $0.table(head: finalHead, rows: finalRows) }
        writeLimit(of: tables.finals.count, file: .final, &body)
        writeComparison(&body)
    }

    private var finalHead: [String] {
        tables.axes.map(\.title) + ["n", "val_acc", "best val_acc", "train_acc", "val_loss", "train_loss"]
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

    private func writeComparison(_ body: inout HTMLText) {
        guard let comparison, comparison.rows.count > 0 else { return }
        body.element("h2", "Paired differences")
        body.element(
            "p",
            "First minus second over the seeds that have finished in both, in percentage points: mean, standard "
                + "deviation (divided by n), Student's t with n − 1 degrees of freedom, two-sided p, 95 % interval.")
        for omission in tables.comparisonOmissions { body.element("p", "Note: \(omission).", class: "note") }
        let head = ["difference", "at", "metric", "n", "mean", "std", "t", "p", "95 % interval"]
        let rows = comparison.rows.rows.map { row -> [HTMLText.Cell] in
            let interval = row.low.map { low in
                "\(signed(low)) to \(row.high.map(signed) ?? "")"
            }
            return [.word(row.pair), .word(row.place), .word(row.metric), .number(row.n)]
                + [
                    row.mean.map(signed), row.deviation.map { fixedText($0, decimals: 2) },
                    row.t.map { fixedText($0, decimals: 2) }, row.p.map(probability), interval,
                ].map { .number($0 ?? "–") }
        }
        body.element("div", class: "scroll") { $0.table(head: head, rows: rows) }
        writeLimit(of: comparison.rows.count, file: .comparison, &body)
    }

    func writeLimit(of count: Int, file: ReportFile, _ body: inout HTMLText) {
        guard count > Self.rowLimit else { return }
        body.element("p", "The first \(Self.rowLimit) of \(count) rows; \(file.rawValue) has all.", class: "note")
    }

    private func text(_ spread: Spread?, decimals: Int) -> String {
        guard let spread else { return "–" }
        return "\(fixedText(spread.mean, decimals: decimals)) ± \(fixedText(spread.deviation, decimals: decimals))"
    }

    private func signed(_ value: Double) -> String {
        (value < 0 ? "" : "+") + fixedText(value, decimals: 2).replacing("-", with: "−")
    }

    private func probability(_ p: Double) -> String { p < 0.001 ? "< 0.001" : fixedText(p, decimals: 3) }
}
