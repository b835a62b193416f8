import Experiment

/// `noise.csv`, `noise_comparison.csv` or `agreement.csv` as a report shows it: the points in words, and the fields
/// behind them by the names of their columns.
struct NoiseTable {
    struct Row {
        /// `norm: bn − ln`; empty for a single point.
        let pair: String
        /// `norm bn, batch size 32`: the point, or what two points have in common.
        let place: String
        fileprivate let fields: [String: String]

        /// Empty where there is none.
        func text(_ column: String) -> String { fields[column] ?? "" }
        /// `nil` where the field is empty.
        func number(_ column: String) -> Double? { Double(text(column)) }
    }

    private(set) var rows = FirstRows<Row>()
    /// What one column has in all rows, also in those that are not shown.
    private(set) var shares: [Double] = []
    /// How many finished runs do not tell which images they got right, in all rows.
    private(set) var missingCount = 0

    /// `nil` where there is no such table.
    ///
    /// - Throws: a `TableFault` that names line and column, or what reading the source throws.
    init?(_ file: ReportFile, leading: [String] = [], trailing: [String], _ source: some TableSource) throws {
        let table = TableRows(file) { columns throws(TableFault) in
            guard columns.count >= leading.count + trailing.count, columns.starts(with: leading),
                columns.suffix(trailing.count).elementsEqual(trailing)
            else { throw TableFault("the columns are not those of sweep", file: file.rawValue, line: 1) }
        }
        let places = (share: trailing.firstIndex(of: "test_set_share"), missing: trailing.firstIndex(of: "missing"))
        var (rows, shares, missing) = (FirstRows<Row>(), [Double](), 0)
        let found = try table.read(source) { row throws(TableFault) in
            let start = row.columns.count - trailing.count
            if let place = places.share, let share = try row.optionalNumber(start + place) { shares.append(share) }
            if let place = places.missing { missing = max(missing, missing &+ (try row.count(start + place))) }
            rows.add(Self.row(row, leading.count..<start))
        }
        guard found else { return nil }
        (self.rows, self.shares, missingCount) = (rows, shares, missing)
    }

    private static func row(_ row: CSVRow, _ axes: Range<Int>) -> Row {
        let place = axes.filter { !row.fields[$0].isEmpty }.map { column in
            "\(row.columns[column].replacing("_", with: " ")) \(row.text(column))"
        }
        let fields = (axes.upperBound..<row.columns.count).map { (row.columns[$0], row.foreign($0)) }
        return Row(
            pair: axes.lowerBound == 0
                ? "" : "\(row.text(0).replacing("_", with: " ")): \(row.text(1)) − \(row.text(2))",
            place: place.joined(separator: ", "), fields: Dictionary(fields) { first, _ in first })
    }
}

/// What the test images say: of the spread over seeds, and of two points.
struct NoiseTables {
    let points: NoiseTable
    let comparisons: NoiseTable?
    let agreements: NoiseTable?

    /// `nil` where there is no `noise.csv`: an earlier version wrote the tables.
    ///
    /// - Throws: as `NoiseTable`.
    init?(_ source: some TableSource) throws {
        guard let points = try NoiseTable(.noise, trailing: noiseColumns, source) else { return nil }
        self.points = points
        let leading = comparisonLeadingColumns
        comparisons = try NoiseTable(.noiseComparison, leading: leading, trailing: noiseComparisonColumns, source)
        agreements = try NoiseTable(.agreement, leading: leading, trailing: agreementColumns, source)
    }

    /// What that means for this sweep, in one sentence.
    var meaning: String {
        let shares = points.shares.sorted()
        guard let low = shares.first, let high = shares.last else { return unknown }
        let median = (shares[(shares.count - 1) / 2] + shares[shares.count / 2]) / 2
        let range = shares.count == 1 ? "" : ", and \(percent(low)) to \(percent(high)) in all of them"
        let conclusion =
            median >= 0.5
            ? "most of what differs between seeds is luck with these images, and the networks themselves differ less "
                + "than the spread says"
            : "most of what differs between seeds is networks that are better or worse, on other images too"
        return "In this sweep a finite test set alone would give \(percent(median)) of the variance over seeds of the "
            + "final validation accuracy (the median of \(counted(shares.count, "point"))\(range)): \(conclusion)."
    }

    private var unknown: String {
        points.missingCount > 0
            ? "Which part of the spread over seeds the finite test set gives is not known: "
                + "\(counted(points.missingCount, "finished run")) of an earlier version "
                + "\(points.missingCount == 1 ? "does" : "do") not tell which test images are right."
            : "Which part of the spread over seeds the finite test set gives is not known: no point has two finished "
                + "seeds that differ."
    }

    private func percent(_ share: Double) -> String { "\(fixedText(100 * share, decimals: 0)) %" }
}
