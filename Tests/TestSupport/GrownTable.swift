/// Whether a table has the rows of an older one, each with the same bytes and further columns behind them.
package func keepsColumns(_ table: String, of older: String) -> Bool {
    let (lines, olderLines) = (table.split(separator: "\n"), older.split(separator: "\n"))
    return lines.count == olderLines.count && zip(lines, olderLines).allSatisfy { $0.hasPrefix($1 + ",") }
}
