/// Columns of fixed width, two spaces apart: words to the left, numbers to the right.
public struct TextTable {
    public enum Cell {
        case text(String)
        case number(String)

        var content: String {
            switch self {
            case .text(let content), .number(let content): content
            }
        }

        func padded(to width: Int) -> String {
            let padding = String(repeating: " ", count: width - content.count)
            return switch self {
            case .text: content + padding
            case .number: padding + content
            }
        }
    }

    /// A column is aligned as the cell of its first row is, the header too.
    public let header: [Cell]
    /// As many cells each as the header.
    public let rows: [[Cell]]

    public init(header: [Cell], rows: [[Cell]]) {
        self.header = header
        self.rows = rows
    }

    /// How many characters a whole line has.
    public var width: Int { widths.reduce(0, +) + 2 * (widths.count - 1) }

    /// Each line ends with a line feed and has no spaces before it.
    public var text: String {
        let lines = [header] + rows
        let widths = widths
        return lines.map { line in
            let cells = header.indices.map { aligned(line[$0], column: $0).padded(to: widths[$0]) }
            let text = cells.joined(separator: "  ")
            return String(text[..<(text.lastIndex { $0 != " " }.map(text.index(after:)) ?? text.startIndex)]) + "\n"
        }.joined()
    }

    private var widths: [Int] {
        header.indices.map { column in ([header] + rows).map { $0[column].content.count }.max() ?? 0 }
    }

    private func aligned(_ cell: Cell, column: Int) -> Cell {
        guard case .number = rows.first?[column] else { return .text(cell.content) }
        return .number(cell.content)
    }
}
