import Experiment

/// The rows of `summary.csv` that a report shows: the final and the best validation accuracy.
struct SummaryTable {
    struct Row {
        let axis: String
        let value: String
        let metric: String
        let points: String
        let n: String
        let mean: Double?
        let interval: ClosedRange<Double>?
        let undefined: String
    }

    private(set) var rows = FirstRows<Row>()

    /// `nil` where there is no such table.
    ///
    /// - Throws: a `TableFault` that names line and column, or what reading the source throws.
    init?(_ source: some TableSource) throws {
        let table = TableRows(.summary) { columns throws(TableFault) in
            guard columns == summaryColumns else {
                throw TableFault(
                    "the columns are not those of sweep: \(summaryColumns.joined(separator: ","))",
                    file: ReportFile.summary.rawValue, line: 1)
            }
        }
        let shown = ["final_val_acc": "final val_acc", "best_val_acc": "best val_acc"]
        var rows = FirstRows<Row>()
        let found = try table.read(source) { row throws(TableFault) in
            guard let metric = shown[row.text(2)] else { return }
            var interval: ClosedRange<Double>?
            if let low = try row.optionalNumber(6), let high = try row.optionalNumber(7), low <= high {
                interval = low...high
            }
            rows.add(
                Row(
                    axis: row.text(0).replacing("_", with: " "), value: row.text(1), metric: metric,
                    points: row.text(3), n: row.text(4), mean: try row.optionalNumber(5), interval: interval,
                    undefined: row.foreign(8)))
        }
        guard found else { return nil }
        self.rows = rows
    }
}
