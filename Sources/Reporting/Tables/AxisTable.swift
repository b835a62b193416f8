import Experiment

/// The values of a point on the axes of a table, in their order.
typealias PointValues = [ParameterValue]

/// One of the tables whose rows begin with the axes: `epochs.csv`, `aggregate.csv` and their like.
struct AxisTable {
    let axes: [Hyperparameter]
    private let reader: CSVReader

    /// - Parameters:
    ///   - columns: those that follow the axes in every sweep.
    ///   - axes: those of the other tables of the sweep; `nil` takes what is there.
    init(
        _ bytes: [UInt8], _ file: ReportFile, columns: [String], axes expected: [Hyperparameter]? = nil
    ) throws(TableFault) {
        reader = try CSVReader(bytes, file: file.rawValue)
        let leading = reader.columns.dropLast(columns.count)
        guard reader.columns.count >= columns.count, reader.columns.suffix(columns.count).elementsEqual(columns) else {
            throw TableFault(
                "the columns are not those of sweep: the axes, then \(columns.joined(separator: ","))",
                file: file.rawValue, line: 1)
        }
        axes = try Self.axes(named: leading, in: file.rawValue)
        if let expected, axes != expected {
            let names = expected.map(\.rawValue).joined(separator: ",")
            throw TableFault(
                "its axes are not those of the other tables (\(names)): is it another sweep's?", file: file.rawValue,
                line: 1)
        }
    }

    private static func axes(
        named names: ArraySlice<String>, in file: String
    ) throws(TableFault) -> [Hyperparameter] {
        var axes: [Hyperparameter] = []
        for name in names {
            guard let axis = Hyperparameter(rawValue: name), axis != .seed, !axes.contains(axis) else {
                throw TableFault("is no hyperparameter, or named twice", file: file, line: 1, column: name)
            }
            axes.append(axis)
        }
        return axes
    }

    /// Calls `body` with each row, the point that it begins with, and the index of the first column behind the axes.
    func forEachRow(
        _ body: (CSVRow, PointValues, _ firstColumn: Int) throws(TableFault) -> Void
    ) throws(TableFault) {
        // Rows of a point follow each other: its values are parsed once.
        var known: (fields: [ArraySlice<UInt8>], values: PointValues) = ([], [])
        let axes = axes
        try reader.forEachRow { row throws(TableFault) in
            let isKnown = !known.fields.isEmpty && zip(known.fields, row.fields).allSatisfy { $0 == $1 }
            if !isKnown {
                var values: PointValues = []
                for (column, axis) in axes.enumerated() { values.append(try row.value(column, of: axis)) }
                known = (Array(row.fields.prefix(axes.count)), values)
            }
            try body(row, known.values, axes.count)
        }
    }
}
