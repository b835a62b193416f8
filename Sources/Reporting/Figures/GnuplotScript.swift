import Experiment

/// Commands for gnuplot, and the data blocks that they name. Every text in them is quoted here: a name out of a file
/// can neither end a string nor begin a command.
package struct GnuplotScript {
    private var blocks: [String] = []
    private var commands: [String] = []

    package init() {}

    var text: String { (blocks + commands).map { $0 + "\n" }.joined() }

    package mutating func command(_ text: String) { commands.append(text) }

    /// Numbers by rows; `nil` makes the gap between two lines or polygons of a block.
    mutating func data(_ name: String, _ rows: [[Double]?]) {
        let lines = rows.map { row in row.map { $0.map(number).joined(separator: " ") } ?? "" }
        blocks.append((["$\(name) << EOD"] + lines + ["EOD"]).joined(separator: "\n"))
    }

    /// One `plot` of several layers, the first one at the bottom.
    mutating func plot(_ layers: [String]) {
        command("plot " + layers.joined(separator: ", \\\n    "))
    }

    /// In single quotes, in which only the quote itself is special.
    package static func quoted(_ text: String) -> String {
        "'" + printable(text, limit: 400).replacing("'", with: "''") + "'"
    }

    /// In double quotes, for lines above each other.
    package static func quoted(lines: [String]) -> String {
        // A backquote would run a command.
        let safe = lines.map { line in
            printable(line, limit: 400).replacing("\\", with: "\\\\").replacing("\"", with: "'").replacing(
                "`", with: "'")
        }
        return "\"" + safe.joined(separator: "\\n") + "\""
    }
}

/// What gnuplot takes for missing stays missing.
private func number(_ value: Double) -> String { value.isFinite ? shortestText(value) : "NaN" }
