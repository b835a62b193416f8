/// Reads a table row by row, as RFC 4180 has it, without keeping what it read: `gradient_norms.csv` may have millions
/// of rows.
package struct CSVReader {
    let file: String
    package let columns: [String]
    private let bytes: [UInt8]
    private let firstRow: CSVScanner

    /// - Throws: where there is no header.
    package init(_ bytes: [UInt8], file: String) throws(TableFault) {
        var scanner = CSVScanner(file: file)
        guard let header = try scanner.nextRow(of: bytes) else {
            throw TableFault("empty; a table begins with the names of its columns", file: file, line: 1)
        }
        self.file = file
        self.bytes = bytes
        columns = header.map { String(decoding: $0, as: UTF8.self) }
        firstRow = scanner
    }

    /// - Throws: what `body` throws, and where a row has too many or too few fields.
    package func forEachRow(_ body: (CSVRow) throws(TableFault) -> Void) throws(TableFault) {
        var scanner = firstRow
        while true {
            let line = scanner.line
            guard let fields = try scanner.nextRow(of: bytes) else { return }
            guard fields.count == columns.count else {
                throw TableFault(
                    "\(fields.count) fields, but the header names \(columns.count) columns", file: file, line: line)
            }
            try body(CSVRow(file: file, columns: columns, line: line, fields: fields))
        }
    }
}

/// A place in the bytes of a table.
struct CSVScanner {
    let file: String
    private var offset = 0
    /// Of the next row; counts from 1.
    private(set) var line = 1

    init(file: String) {
        self.file = file
    }

    /// `nil` at the end.
    mutating func nextRow(of bytes: [UInt8]) throws(TableFault) -> [ArraySlice<UInt8>]? {
        guard offset < bytes.count else { return nil }
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
