import Experiment

/// The rows of `comparison.csv` that a report shows: the final and the best validation accuracy.
package struct ComparisonTable {
    package struct Row {
        /// `norm: bn − ln`.
        let pair: String
        /// `batch size 32`: the remaining point.
        let place: String
        package let metric: String
        let n: String
        package let mean: Double?
        let deviation: Double?
        let t: Double?
        let p: Double?
        package let low: Double?
        package let high: Double?
    }

    package private(set) var rows = FirstRows<Row>()

    /// `nil` where there is no such table.
    ///
    /// - Throws: a `TableFault` that names line and column, or what reading the source throws.
    package init?(_ source: some TableSource) throws {
        let (first, last) = (comparisonLeadingColumns, comparisonTrailingColumns)
        let table = TableRows(.comparison) { columns throws(TableFault) in
            guard columns.prefix(first.count).elementsEqual(first), columns.suffix(last.count).elementsEqual(last),
                columns.count >= first.count + last.count
            else {
                throw TableFault(
                    "the columns are not those of sweep", file: ReportFile.comparison.rawValue, line: 1)
            }
        }
        let shown = ["final_val_acc": "final val_acc", "best_val_acc": "best val_acc"]
        var rows = FirstRows<Row>()
        let found = try table.read(source) { row throws(TableFault) in
            let start = row.columns.count - last.count
            guard let metric = shown[row.text(start)] else { return }
            rows.add(try Self.row(row, metric: metric, axes: first.count..<start))
        }
        guard found else { return nil }
        self.rows = rows
    }

    private static func row(_ row: CSVRow, metric: String, axes: Range<Int>) throws(TableFault) -> Row {
        let place = axes.filter { !row.fields[$0].isEmpty }
            .map { "\(row.columns[$0].replacing("_", with: " ")) \(row.text($0))" }
        let start = axes.upperBound
        return Row(
            pair: "\(row.text(0).replacing("_", with: " ")): \(row.text(1)) − \(row.text(2))",
            place: place.joined(separator: ", "), metric: metric, n: row.text(start + 1),
            mean: try row.optionalNumber(start + 2), deviation: try row.optionalNumber(start + 3),
            t: try row.optionalNumber(start + 4), p: try row.optionalNumber(start + 5),
            low: try row.optionalNumber(start + 6), high: try row.optionalNumber(start + 7))
    }
}
