import Experiment

/// A table cannot be read: one line that names the file, the line and the column, and what would be right.
public struct TableFault: Error, Sendable, Equatable, CustomStringConvertible {
    public let file: String
    /// Counts from 1; `nil` where the file as a whole is wrong.
    public let line: Int?
    public let column: String?
    public let reason: String

    init(_ reason: String, file: String, line: Int? = nil, column: String? = nil) {
        self.file = file
        self.line = line
        self.column = column
        self.reason = reason
    }

    public var description: String {
        let place = ([file] + (line.map { [String($0)] } ?? [])).joined(separator: ":")
        return "\(place): " + (column.map { "column \(printable($0)): " } ?? "") + reason
    }
}

/// A foreign text as a part of a message: on one line, and not longer than a reader's patience. A character counts
/// once, however many marks it has; of those, too, there is an end.
func printable(_ text: String, limit: Int = 60) -> String {
    let plain = singleLine(text, limit: 8 * limit)
    return plain.count <= limit ? plain : plain.prefix(limit) + "…"
}
