import Experiment
import Statistics

/// Two points of a comparison.
struct PointPair: Hashable {
    let first: PointValues
    let second: PointValues
}

/// On how many test images the networks of two points agree, by seed: `agreement.csv`.
typealias SeedAgreements = [Int: Agreement]

/// The rows that compare two points of `points` along `axis`.
///
/// - Returns: `nil` where there is no such table: an earlier version wrote the others.
/// - Throws: `TableFault`, and what `source` throws.
func readAgreements(
    _ source: some TableSource, axes: [Hyperparameter], along axis: Hyperparameter?, of points: Set<PointValues>
) throws -> [PointPair: SeedAgreements]? {
    let leading = comparisonLeadingColumns.count
    let columns = comparisonLeadingColumns + axes.map(\.rawValue) + agreementColumns
    let table = TableRows(.agreement) { found throws(TableFault) in
        guard found == columns else {
            throw TableFault(
                "the columns are not those of sweep: \(columns.joined(separator: ","))",
                file: ReportFile.agreement.rawValue, line: 1)
        }
    }
    var agreements: [PointPair: SeedAgreements] = [:]
    let isThere = try table.read(source) { row throws(TableFault) in
        guard let axis, row.text(0) == axis.rawValue else { return }
        var (first, second): (PointValues, PointValues) = ([], [])
        for (index, name) in axes.enumerated() {
            let places = name == axis ? (1, 2) : (leading + index, leading + index)
            first.append(try row.value(places.0, of: name))
            second.append(try row.value(places.1, of: name))
        }
        guard points.contains(first), points.contains(second) else { return }
        let start = leading + axes.count
        let seed = try row.count(start)
        agreements[PointPair(first: first, second: second), default: [:]][seed] = try agreement(row, from: start + 1)
    }
    return isThere ? agreements : nil
}

/// - Parameter column: that of how many images there are, before the counts.
private func agreement(_ row: CSVRow, from column: Int) throws(TableFault) -> Agreement {
    let images = try row.ordinal(column)
    var counts: [Int] = []
    for place in 1...4 { counts.append(try row.count(column + place)) }
    // Nor can sums over seeds overflow then.
    guard images <= Int(UInt32.max) else {
        throw TableFault(
            "\(images) is more than a test set has", file: row.file, line: row.line, column: row.columns[column])
    }
    guard counts.allSatisfy({ $0 <= images }), counts.reduce(0, +) == images else {
        throw TableFault(
            "both, one alone and neither do not add up to \(images)", file: row.file, line: row.line,
            column: row.columns[column])
    }
    return Agreement(both: counts[0], onlyFirst: counts[1], onlySecond: counts[2], neither: counts[3])
}
