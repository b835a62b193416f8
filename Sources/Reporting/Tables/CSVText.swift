import Experiment

/// A table being written: fields separated by commas, rows ended by a line feed, a field quoted where RFC 4180 asks
/// for it, and empty where a value does not exist.
///
/// Full pieces go on at once, so a table of any length takes the memory of one of them.
package struct CSVText {
    private static let pieceSize = 64 << 10

    private let pass: ([UInt8]) throws -> Void
    private var bytes: [UInt8] = []
    private var isAtRowStart = true

    /// - Parameter pass: takes the next piece of the table.
    /// - Throws: what `pass` throws.
    package init(columns: [String], to pass: @escaping ([UInt8]) throws -> Void) throws {
        self.pass = pass
        bytes.reserveCapacity(Self.pieceSize + 4096)
        columns.forEach { field($0) }
        try endRow()
    }

    package mutating func field(_ text: String) {
        beginField()
        append(quoted(text))
    }

    /// A text that somebody else may have written: a spreadsheet shall show it, and not calculate it.
    package mutating func foreign(_ text: String) { field(SpreadsheetText.guarded(text)) }

    mutating func field(_ number: Int) {
        beginField()
        append(String(number))
    }

    mutating func field(_ number: Double?) {
        beginField()
        if let number { append(shortestText(number)) }
    }

    mutating func field(_ number: Float) {
        beginField()
        append(shortestText(number))
    }

    /// Fields that many rows begin with, as `CSVText.encoded` made them.
    mutating func fields(encoded: [UInt8]) {
        guard !encoded.isEmpty else { return }
        beginField()
        bytes += encoded
    }

    /// - Throws: what `pass` throws.
    package mutating func endRow() throws {
        bytes.append(UInt8(ascii: "\n"))
        isAtRowStart = true
        if bytes.count >= Self.pieceSize { try passOn() }
    }

    /// Passes the last piece on.
    ///
    /// - Throws: what `pass` throws.
    package mutating func end() throws { try passOn() }

    private mutating func passOn() throws {
        try pass(bytes)
        bytes.removeAll(keepingCapacity: true)
    }

    /// The bytes of some fields, without a comma at either end.
    static func encoded(_ fields: [String]) -> [UInt8] {
        Array(fields.map(quoted).joined(separator: ",").utf8)
    }

    private mutating func beginField() {
        if !isAtRowStart { bytes.append(UInt8(ascii: ",")) }
        isAtRowStart = false
    }

    private mutating func append(_ text: String) {
        bytes.append(contentsOf: text.utf8)
    }
}

private func quoted(_ text: String) -> String {
    let isPlain = text.utf8.allSatisfy { byte in
        byte != UInt8(ascii: ",") && byte != UInt8(ascii: "\"") && byte != UInt8(ascii: "\n")
            && byte != UInt8(ascii: "\r")
    }
    return isPlain ? text : "\"" + text.replacing("\"", with: "\"\"") + "\""
}

/// The shortest decimal text that reads back to the same Float, in the form of `shortestText` for a Double.
func shortestText(_ value: Float) -> String {
    let text = value.description
    return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
}
