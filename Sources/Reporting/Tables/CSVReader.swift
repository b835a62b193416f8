/// Reads a table row by row, as RFC 4180 has it, from the pieces in which it comes, and keeps none of them:
/// `gradient_norms.csv` may have millions of rows.
package struct CSVReader {
    /// The most bytes of a row: a quote that is never closed makes a row of all that follows.
    private static let rowLimit = 1 << 20

    package let file: String
    /// The columns of the header; empty before it came.
    package private(set) var columns: [String] = []
    /// What came of a row that is not complete.
    private var rest: [UInt8] = []
    private var place = Place.fieldStart
    private var scanner: CSVScanner

    package init(file: String) {
        self.file = file
        scanner = CSVScanner(file: file)
    }

    /// Calls `body` with each row that this piece completes.
    ///
    /// - Throws: what `body` throws, and where a row has too many or too few fields.
    package mutating func take(
        _ piece: [UInt8], _ body: (CSVRow) throws(TableFault) -> Void
    ) throws(TableFault) {
        var start = piece.startIndex
        for index in piece.indices {
            place = place.next(piece[index])
            guard place == .rowEnd else { continue }
            try takeRow(piece[start...index], body)
            start = index + 1
            place = .fieldStart
        }
        rest += piece[start...]
        guard rest.count <= Self.rowLimit else {
            throw TableFault(
                "a row of more than \(Self.rowLimit) bytes: does a quoted field not end?", file: file,
                line: scanner.line)
        }
    }

    /// Calls `body` with a last row that has no line feed.
    ///
    /// - Throws: also where there was no header.
    package mutating func end(_ body: (CSVRow) throws(TableFault) -> Void) throws(TableFault) {
        if !rest.isEmpty { try takeRow([], body) }
        guard !columns.isEmpty else {
            throw TableFault("empty; a table begins with the names of its columns", file: file, line: 1)
        }
    }

    private mutating func takeRow(
        _ bytes: ArraySlice<UInt8>, _ body: (CSVRow) throws(TableFault) -> Void
    ) throws(TableFault) {
        let row = rest.isEmpty ? Array(bytes) : rest + bytes
        rest.removeAll(keepingCapacity: true)
        let line = scanner.line
        guard let fields = try scanner.row(of: row) else { return }
        guard !columns.isEmpty else {
            columns = fields.map { String(decoding: $0, as: UTF8.self) }
            return
        }
        guard fields.count == columns.count else {
            throw TableFault(
                "\(fields.count) fields, but the header names \(columns.count) columns", file: file, line: line)
        }
        try body(CSVRow(file: file, columns: columns, line: line, fields: fields))
    }
}

/// Where in a row a byte stands: only outside of quotes does a line feed end it.
private enum Place {
    case fieldStart
    case unquoted
    case quoted
    /// Behind a quote within quotes: it ends the field, or stands for one with the next.
    case quote
    case rowEnd

    func next(_ byte: UInt8) -> Place {
        if self == .quoted { return byte == UInt8(ascii: "\"") ? .quote : .quoted }
        return switch byte {
        case UInt8(ascii: "\n"): .rowEnd
        case UInt8(ascii: ","): .fieldStart
        case UInt8(ascii: "\"") where self != .unquoted: .quoted
        default: .unquoted
        }
    }
}

/// Takes a row apart, and counts the lines.
struct CSVScanner {
    let file: String
    private var offset = 0
    /// The line of the next row; counts from 1.
    private(set) var line = 1

    init(file: String) {
        self.file = file
    }

    /// The fields of `bytes`, one row with its line feed, if it has any.
    mutating func row(of bytes: [UInt8]) throws(TableFault) -> [ArraySlice<UInt8>]? {
        guard !bytes.isEmpty else { return nil }
        offset = 0
        var fields: [ArraySlice<UInt8>] = []
        fields.reserveCapacity(8)
        while true {
            fields.append(try nextField(of: bytes))
            guard offset < bytes.count else { return fields }
            offset += 1
            if bytes[offset - 1] == UInt8(ascii: "\n") {
                line += 1
                return fields
            }
        }
    }

    /// Ends at the comma or line feed behind the field, or at the end.
    private mutating func nextField(of bytes: [UInt8]) throws(TableFault) -> ArraySlice<UInt8> {
        if offset < bytes.count, bytes[offset] == UInt8(ascii: "\"") { return try quotedField(of: bytes) }
        let start = offset
        while offset < bytes.count, bytes[offset] != UInt8(ascii: ","), bytes[offset] != UInt8(ascii: "\n") {
            offset += 1
        }
        // Spreadsheets end lines with a carriage return too.
        let endsLine = offset == bytes.count || bytes[offset] == UInt8(ascii: "\n")
        let hasReturn = endsLine && offset > start && bytes[offset - 1] == UInt8(ascii: "\r")
        return bytes[start..<(hasReturn ? offset - 1 : offset)]
    }

    private mutating func quotedField(of bytes: [UInt8]) throws(TableFault) -> ArraySlice<UInt8> {
        var field: [UInt8] = []
        let startLine = line
        offset += 1
        while offset < bytes.count {
            let byte = bytes[offset]
            offset += 1
            if byte == UInt8(ascii: "\n") { line += 1 }
            if byte != UInt8(ascii: "\"") {
                field.append(byte)
            } else if offset < bytes.count, bytes[offset] == UInt8(ascii: "\"") {
                field.append(byte)
                offset += 1
            } else {
                if offset < bytes.count, bytes[offset] == UInt8(ascii: "\r") { offset += 1 }
                let isEnded =
                    offset == bytes.count || bytes[offset] == UInt8(ascii: ",") || bytes[offset] == UInt8(ascii: "\n")
                guard isEnded else { break }
                return field[...]
            }
        }
        throw TableFault(
            "a quoted field does not end at a comma or at the end of its line", file: file, line: startLine)
    }
}
