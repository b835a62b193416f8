import Foundation

/// README or another article of this package, as tests read it: what it shows must be so.
package struct Article: Sendable {
    package static let readme = "README.md"
    package static let operations = "Sources/CoordinatorService/CoordinatorService.docc/Operations.md"
    package static let security = "Sources/CoordinatorService/CoordinatorService.docc/Security.md"

    /// Lines between fences.
    package struct Block: Sendable {
        /// Its first line's number in the article.
        package let line: Int
        package let kind: Kind
        /// Each line ends with a line feed.
        package let text: String
    }

    package enum Kind: Sendable, Equatable {
        /// `sh`: each line is a command.
        case commands
        /// `yaml`: a sweep file.
        case sweepFile
        /// What a command prints, which the line before the block names: `<!-- output of: sweep status -->`. In it, `…`
        /// stands for what differs from one time or host to the next.
        case output(of: String)
        /// None of these: nobody can tell whether it is so.
        case unexplained
    }

    /// From the root of the package.
    package let path: String
    package let text: String

    package init(_ path: String) throws {
        let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        self.init(path: path, text: try String(contentsOf: root.appending(path: path), encoding: .utf8))
    }

    package init(path: String, text: String) {
        self.path = path
        self.text = text
    }

    /// In their order.
    package var blocks: [Block] {
        var blocks: [Block] = []
        var open: (kind: Kind, line: Int, text: String)?
        var last: Substring = ""
        for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
            if line.hasPrefix("```") {
                if let block = open {
                    blocks.append(Block(line: block.line, kind: block.kind, text: block.text))
                    open = nil
                } else {
                    open = (Self.kind(language: line.dropFirst(3), after: last), index + 2, "")
                }
            } else {
                open?.text += line + "\n"
            }
            last = line
        }
        return blocks
    }

    private static func kind(language: Substring, after line: Substring) -> Kind {
        switch language {
        case "sh": return .commands
        case "yaml": return .sweepFile
        default:
            let mark = line.wholeMatch(of: /<!-- output of: (.+) -->/)
            return mark.map { .output(of: String($0.1)) } ?? .unexplained
        }
    }

    /// The rows of the table whose head begins with these cells, without head and rule; each row's cells are as they
    /// stand there.
    package func table(_ head: String...) -> [[String]] {
        var rows: [[String]] = []
        var isInside = false
        for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
            guard line.hasPrefix("|") else {
                isInside = false
                continue
            }
            let cells = line.dropFirst().dropLast().replacing("\\|", with: "\u{0}").split(separator: "|").map {
                $0.replacing("\u{0}", with: "|").trimmingCharacters(in: .whitespaces)
            }
            // A row that is too short ends no test by an index.
            let missing = Array(repeating: "", count: max(0, head.count - cells.count))
            if isInside, !line.hasPrefix("|---") { rows.append(cells + missing) }
            if cells.starts(with: head) { isInside = true }
        }
        return rows
    }

    /// The article in one line, for phrases that a line break may divide.
    package var flow: String {
        text.split(whereSeparator: \.isWhitespace).joined(separator: " ")
    }

    /// What stands between single backticks.
    package static func quoted(in text: some StringProtocol) -> [String] {
        String(text).matches(of: /`([^`\n]+)`/).map { String($0.1) }
    }

    /// The first line that an output has otherwise than an article shows it, or lacks; `nil` where there is none.
    package static func difference(of output: String, from shown: String) -> String? {
        let lines = output.split(separator: "\n", omittingEmptySubsequences: false)
        let shownLines = shown.split(separator: "\n", omittingEmptySubsequences: false)
        for (index, (line, shown)) in zip(lines, shownLines).enumerated() where !matches(line, shown) {
            return "line \(index + 1) is '\(line)', not '\(shown)'"
        }
        return lines.count == shownLines.count ? nil : "\(lines.count) lines, not \(shownLines.count)"
    }

    private static func matches(_ line: Substring, _ shown: Substring) -> Bool {
        var parts = shown.split(separator: "…", omittingEmptySubsequences: false)
        guard parts.count > 1 else { return line == shown }
        guard line.hasPrefix(parts.removeFirst()) else { return false }
        let last = parts.removeLast()
        var rest = line.dropFirst(shown.prefix { $0 != "…" }.count)
        for part in parts {
            // Something stands for each of them.
            guard let range = rest.dropFirst().range(of: part) else { return false }
            rest = rest[range.upperBound...]
        }
        return rest.count > last.count && rest.hasSuffix(last)
    }
}
