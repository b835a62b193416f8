import Experiment

/// The values of a point on the axes of a table, in their order.
typealias PointValues = [ParameterValue]

/// A table whose rows begin with the axes, such as `epochs.csv` and `aggregate.csv`. It is read row by row.
struct AxisTable {
    let file: ReportFile
    /// The columns that follow the axes in every sweep.
    let columns: [String]
    /// Those behind them, which tables of earlier versions lack.
    let laterColumns: [String]

    init(file: ReportFile, columns: [String], laterColumns: [String] = []) {
        (self.file, self.columns, self.laterColumns) = (file, columns, laterColumns)
    }

    /// Calls `body` with each row, the point that it begins with, and the index of the first column behind the axes.
    ///
    /// - Parameters:
    ///   - expected: the axes of the other tables of the sweep; `nil` takes what is there.
    ///   - isWanted: whether the rows of a point are read at all.
    /// - Returns: the axes; `nil` where there is no such table.
    /// - Throws: `TableFault`, and what the source throws.
    func forEachRow(
        of source: some TableSource, axes expected: [Hyperparameter]? = nil,
        where isWanted: @escaping (PointValues) -> Bool = { _ in true },
        _ body: @escaping (CSVRow, PointValues, _ firstColumn: Int) throws(TableFault) -> Void
    ) throws -> [Hyperparameter]? {
        let rows = AxisRows(self, axes: expected, where: isWanted, body)
        guard try source.read(file, { try rows.take($0) }) else { return nil }
        return try rows.end()
    }

    fileprivate func axes(in header: [String], expected: [Hyperparameter]?) throws(TableFault) -> [Hyperparameter] {
        let known = [columns + laterColumns, columns].first { header.suffix($0.count).elementsEqual($0) }
        guard let known else {
            throw TableFault(
                "the columns are not those of sweep: the axes, then \(columns.joined(separator: ","))",
                file: file.rawValue, line: 1)
        }
        let axes = try axes(named: header.dropLast(known.count))
        if let expected, axes != expected {
            let names = expected.map(\.rawValue).joined(separator: ",")
            throw TableFault(
                "its axes are not those of the other tables (\(names)): is it another sweep's?", file: file.rawValue,
                line: 1)
        }
        return axes
    }

    private func axes(named names: ArraySlice<String>) throws(TableFault) -> [Hyperparameter] {
        var axes: [Hyperparameter] = []
        for name in names {
            guard let axis = Hyperparameter(rawValue: name), axis != .seed, !axes.contains(axis) else {
                throw TableFault("is no hyperparameter, or named twice", file: file.rawValue, line: 1, column: name)
            }
            axes.append(axis)
        }
        return axes
    }
}

/// The rows of a table as they come.
private final class AxisRows {
    private let table: AxisTable
    private var reader: CSVReader
    private var axes: [Hyperparameter]?
    private let expected: [Hyperparameter]?
    private let isWanted: (PointValues) -> Bool
    private let body: (CSVRow, PointValues, Int) throws(TableFault) -> Void
    /// Rows of a point follow each other: its values are parsed once.
    private var known: (fields: [ArraySlice<UInt8>], values: PointValues, isWanted: Bool)?

    init(
        _ table: AxisTable, axes expected: [Hyperparameter]?, where isWanted: @escaping (PointValues) -> Bool,
        _ body: @escaping (CSVRow, PointValues, Int) throws(TableFault) -> Void
    ) {
        self.table = table
        self.expected = expected
        self.isWanted = isWanted
        self.body = body
        reader = CSVReader(file: table.file.rawValue)
    }

    func take(_ piece: [UInt8]) throws(TableFault) {
        try reader.take(piece) { row throws(TableFault) in try self.take(row) }
    }

    func end() throws(TableFault) -> [Hyperparameter] {
        try reader.end { row throws(TableFault) in try self.take(row) }
        return try axes(in: reader.columns)
    }

    private func axes(in columns: [String]) throws(TableFault) -> [Hyperparameter] {
        if let axes { return axes }
        let found = try table.axes(in: columns, expected: expected)
        axes = found
        return found
    }

    private func take(_ row: CSVRow) throws(TableFault) {
        let axes = try axes(in: row.columns)
        let isKnown = known.map { known in zip(known.fields, row.fields).allSatisfy { $0 == $1 } } ?? false
        if !isKnown {
            var values: PointValues = []
            for (column, axis) in axes.enumerated() { values.append(try row.value(column, of: axis)) }
            known = (Array(row.fields.prefix(axes.count)), values, isWanted(values))
        }
        guard let known, known.isWanted else { return }
        try body(row, known.values, axes.count)
    }
}
