import Experiment
import Reporting

extension ReportSource {
    /// Makes a table of the records and compares it with a published one, byte for byte, as it is made.
    ///
    /// - Parameter published: `nil` where there is none.
    /// - Returns: the first difference; `nil` where every byte is the same.
    /// - Throws: where the records or the published table cannot be read.
    package func firstDifference(of file: ReportFile, from published: FileSlice?) throws -> Finding? {
        let comparison = TableComparison(file, published)
        do {
            let isMade = try read(file) { try comparison.take($0) }
            guard isMade else { return published == nil ? nil : Finding(file.rawValue, "this sweep has no such table") }
            return try comparison.end()
        } catch let difference as TableComparison.Difference {
            return difference.finding
        }
    }
}

/// A table that is made, held against one that is there.
private final class TableComparison {
    /// Ends the making of a table that need not be made further.
    struct Difference: Error {
        let finding: Finding
    }

    /// More of a row is not shown.
    private static let rowLimit = 64 << 10

    private let file: ReportFile
    private let published: FileSlice?
    /// How many bytes are the same so far.
    private var offset = 0
    private var line = 1
    private var lineStart = 0

    init(_ file: ReportFile, _ published: FileSlice?) {
        self.file = file
        self.published = published
    }

    func take(_ piece: [UInt8]) throws {
        guard let published else { throw Difference(finding: Finding(file.rawValue, "is missing")) }
        let other = try published.bytes(at: offset, count: piece.count)
        guard other == piece else {
            let same = zip(piece, other).prefix { $0 == $1 }.count
            advance(over: piece[..<same])
            throw Difference(finding: try finding(rest: piece[same...]))
        }
        advance(over: piece[...])
    }

    func end() throws -> Finding? {
        guard let published, offset < published.byteCount else { return nil }
        return try finding(rest: [])
    }

    private func advance(over bytes: ArraySlice<UInt8>) {
        for (index, byte) in zip(bytes.indices, bytes) where byte == UInt8(ascii: "\n") {
            line += 1
            lineStart = offset + index - bytes.startIndex + 1
        }
        offset += bytes.count
    }

    /// - Parameter rest: of the table that is made, from the first byte that differs on; at least to the row's end.
    private func finding(rest: ArraySlice<UInt8>) throws -> Finding {
        let start = try published!.bytes(at: lineStart, count: offset - lineStart)
        let made = start + rest.prefix { $0 != UInt8(ascii: "\n") }
        let there = try published!.bytes(at: lineStart, count: Self.rowLimit).prefix { $0 != UInt8(ascii: "\n") }
        let isRow = lineStart + there.count < published!.byteCount
        guard isRow || !there.isEmpty else {
            return Finding(file.rawValue, line: line, "the table ends here, and the records give \(text(made[...]))")
        }
        guard !rest.isEmpty else {
            return Finding(file.rawValue, line: line, "\(text(there)) is there, and the records give no such row")
        }
        let header = try published!.bytes(at: 0, count: Self.rowLimit).prefix { $0 != UInt8(ascii: "\n") }
        if line > 1, let field = field(made[...], there, columns: header) {
            return Finding(
                file.rawValue, line: line,
                "\(field.column) is \(shown(field.there)), and the records give \(shown(field.made))")
        }
        return Finding(file.rawValue, line: line, "\(text(there)) is there, and the records give \(text(made[...]))")
    }

    private func text(_ row: ArraySlice<UInt8>) -> String { shown(String(decoding: row, as: UTF8.self)) }

    /// The first field that differs; `nil` where the rows cannot be compared field by field.
    private func field(
        _ made: ArraySlice<UInt8>, _ there: ArraySlice<UInt8>, columns header: ArraySlice<UInt8>
    ) -> (column: String, made: String, there: String)? {
        guard let (columns, fields) = row(made, under: header), let (_, others) = row(there, under: header),
            let place = fields.indices.first(where: { fields[$0] != others[$0] })
        else { return nil }
        return (columns[place], fields[place], others[place])
    }

    /// `nil` where it has not as many fields as there are columns.
    private func row(
        _ row: ArraySlice<UInt8>, under header: ArraySlice<UInt8>
    ) -> (columns: [String], fields: [String])? {
        var reader = CSVReader(file: file.rawValue), fields: [String] = []
        let feed = [UInt8(ascii: "\n")]
        do {
            try reader.take(header + feed + row + feed) { row throws(TableFault) in
                fields = row.columns.indices.map { row.text($0) }
            }
        } catch {
            return nil
        }
        return fields.isEmpty ? nil : (reader.columns, fields)
    }
}
