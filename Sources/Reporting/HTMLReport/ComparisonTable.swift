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
        /// `nil` in a table of version 0.1.
        package let resampled: Resampled?
    }

    /// What `comparisonLaterColumns` say.
    package struct Resampled {
        package let signFlipP: Double?
        package let holmP: Double?
        package let leastP: Double?
        package let dz: Double?
        package let hedges: Double?
        package let superiority: Double?
        package let superiorityInterval: ClosedRange<Double>?
        /// A number, or empty.
        package let pairsNeeded: String
        package let undefined: String
    }

    package private(set) var rows = FirstRows<Row>()

    /// `nil` where there is no such table.
    ///
    /// - Throws: a `TableFault` that names line and column, or what reading the source throws.
    package init?(_ source: some TableSource) throws {
        let first = comparisonLeadingColumns
        let tails = [comparisonTrailingColumns + comparisonLaterColumns, comparisonTrailingColumns]
        func tail(of columns: [String]) -> [String]? {
            tails.first {
                columns.count >= first.count + $0.count && columns.prefix(first.count).elementsEqual(first)
                    && columns.suffix($0.count).elementsEqual($0)
            }
        }
        let table = TableRows(.comparison) { columns throws(TableFault) in
            guard tail(of: columns) != nil else {
                throw TableFault(
                    "the columns are not those of sweep", file: ReportFile.comparison.rawValue, line: 1)
            }
        }
        let shown = ["final_val_acc": "final val_acc", "best_val_acc": "best val_acc"]
        var rows = FirstRows<Row>()
        // Of all rows of a table.
        var start: Int?
        let found = try table.read(source) { row throws(TableFault) in
            let begin = start ?? row.columns.count - tail(of: row.columns)!.count
            start = begin
            guard let metric = shown[row.text(begin)] else { return }
            rows.add(try Self.row(row, metric: metric, axes: first.count..<begin))
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
            low: try row.optionalNumber(start + 6), high: try row.optionalNumber(start + 7),
            resampled: try resampled(row, start + comparisonTrailingColumns.count))
    }

    /// - Parameter start: the first of `comparisonLaterColumns`, if they are there.
    private static func resampled(_ row: CSVRow, _ start: Int) throws(TableFault) -> Resampled? {
        guard start < row.columns.count else { return nil }
        let ends = (try row.optionalNumber(start + 6), try row.optionalNumber(start + 7))
        var interval: ClosedRange<Double>?
        if let low = ends.0, let high = ends.1, low <= high { interval = low...high }
        return Resampled(
            signFlipP: try row.optionalNumber(start), holmP: try row.optionalNumber(start + 1),
            leastP: try row.optionalNumber(start + 8), dz: try row.optionalNumber(start + 3),
            hedges: try row.optionalNumber(start + 4), superiority: try row.optionalNumber(start + 5),
            superiorityInterval: interval, pairsNeeded: row.text(start + 9), undefined: row.foreign(start + 10))
    }
}
