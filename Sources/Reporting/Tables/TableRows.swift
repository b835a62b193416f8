import Experiment

/// A table of any columns, read row by row.
struct TableRows {
    private let file: ReportFile
    private let check: ([String]) throws(TableFault) -> Void

    /// - Parameter check: gets the names of the columns.
    init(_ file: ReportFile, check: @escaping ([String]) throws(TableFault) -> Void) {
        self.file = file
        self.check = check
    }

    /// - Returns: `false` where there is no such table.
    /// - Throws: `TableFault`, and what `source` throws.
    func read(_ source: some TableSource, _ body: @escaping (CSVRow) throws(TableFault) -> Void) throws -> Bool {
        var reader = CSVReader(file: file.rawValue)
        var isChecked = false
        let found = try source.read(file) { piece in
            try reader.take(piece) { row throws(TableFault) in
                if !isChecked { try check(row.columns) }
                isChecked = true
                try body(row)
            }
        }
        guard found else { return false }
        try reader.end { row throws(TableFault) in
            if !isChecked { try check(row.columns) }
            isChecked = true
            try body(row)
        }
        if !isChecked { try check(reader.columns) }
        return true
    }
}

/// As many rows as a reader looks through, and how many there are.
package struct FirstRows<Row> {
    /// The tables themselves have all.
    static var limit: Int { 500 }

    package private(set) var rows: [Row] = []
    private(set) var count = 0

    mutating func add(_ row: Row) {
        count += 1
        if rows.count < Self.limit { rows.append(row) }
    }
}
