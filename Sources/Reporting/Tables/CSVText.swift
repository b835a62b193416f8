import Experiment

/// A table being written: fields separated by commas, rows ended by a line feed, a field quoted where RFC 4180 asks
/// for it, and empty where a value does not exist.
package struct CSVText {
    package private(set) var bytes: [UInt8] = []
    private var isAtRowStart = true

    package init(columns: [String]) {
        columns.forEach { field($0) }
        endRow()
    }

    package mutating func field(_ text: String) {
        beginField()
        append(quoted(text))
    }

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

    mutating func emptyField() {
        beginField()
    }

    /// Fields that many rows begin with, as `CSVText.encoded` made them.
    mutating func fields(encoded: [UInt8]) {
        guard !encoded.isEmpty else { return }
        beginField()
        bytes += encoded
    }

    package mutating func endRow() {
        bytes.append(UInt8(ascii: "\n"))
        isAtRowStart = true
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
