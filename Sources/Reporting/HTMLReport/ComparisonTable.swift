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

    package private(set) var rows: [Row] = []

    package init(_ bytes: [UInt8]) throws(TableFault) {
        let reader = try CSVReader(bytes, file: ReportFile.comparison.rawValue)
        let (first, last) = (comparisonLeadingColumns, comparisonTrailingColumns)
        guard reader.columns.prefix(first.count).elementsEqual(first),
            reader.columns.suffix(last.count).elementsEqual(last),
            reader.columns.count >= first.count + last.count
        else {
            throw TableFault("the columns are not those of sweep", file: reader.file, line: 1)
        }
        let start = reader.columns.count - last.count
        let shown = ["final_val_acc": "final val_acc", "best_val_acc": "best val_acc"]
        try reader.forEachRow { row throws(TableFault) in
            guard let metric = shown[row.text(start)] else { return }
            let place = (first.count..<start).filter { !row.fields[$0].isEmpty }
                .map { "\(reader.columns[$0].replacing("_", with: " ")) \(row.text($0))" }
            rows.append(
                Row(
                    pair: "\(row.text(0).replacing("_", with: " ")): \(row.text(1)) − \(row.text(2))",
                    place: place.joined(separator: ", "), metric: metric, n: row.text(start + 1),
                    mean: try row.optionalNumber(start + 2), deviation: try row.optionalNumber(start + 3),
                    t: try row.optionalNumber(start + 4), p: try row.optionalNumber(start + 5),
                    low: try row.optionalNumber(start + 6), high: try row.optionalNumber(start + 7)))
        }
    }
}
