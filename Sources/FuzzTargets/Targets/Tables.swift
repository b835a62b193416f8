import Reporting

extension FuzzTarget {
    /// A table that somebody edited. The first byte is the length of the pieces in which the others come: the rows must
    /// not depend on it.
    static let csv = FuzzTarget("csv", seeds: Seeds.tables) { bytes in
        var cursor = InputCursor(bytes)
        let length = 1 + Int(cursor.byte())
        let whole = rows(in: [Array(cursor.rest)])
        expect(rows(in: pieces(of: cursor.rest, length: length)) == whole, "pieces of \(length) give other rows")
        if let whole { expect(rows(in: [written(whole)]) == whole, "changed when written and read again") }
    }
}

/// The header and the rows; `nil` where it is no table.
private func rows(in pieces: [[UInt8]]) -> [[[UInt8]]]? {
    var reader = CSVReader(file: "fuzz.csv"), rows: [[[UInt8]]] = []
    do throws(TableFault) {
        for piece in pieces { try reader.take(piece) { rows.append($0.fields.map(Array.init)) } }
        try reader.end { rows.append($0.fields.map(Array.init)) }
    } catch {
        expect(!error.description.contains { $0.isNewline }, "more than one line: \(error)")
        return nil
    }
    return [reader.columns.map { Array($0.utf8) }] + rows
}

/// Every field in quotes.
private func written(_ rows: [[[UInt8]]]) -> [UInt8] {
    let quote = UInt8(ascii: "\"")
    return rows.flatMap { row in
        let fields = row.map { [quote] + $0.flatMap { $0 == quote ? [quote, quote] : [$0] } + [quote] }
        return Array(fields.joined(separator: [UInt8(ascii: ",")])) + [UInt8(ascii: "\n")]
    }
}
