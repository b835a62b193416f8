/// The functions and initializers of a Swift file, found by their keywords and brackets.
struct Declaration: Sendable {
    /// Where its first keyword stands.
    let line: Int
    /// Of its last bracket; the same as `line` where it has no body.
    let lastLine: Int
    /// From its modifiers to the body, on one line.
    let head: String
    let isInVisibleProtocol: Bool
    /// The lines of documentation above it.
    let documentation: [String]

    /// With the lines of its head.
    var lineCount: Int { lastLine - line + 1 }

    /// Whether other targets may call it.
    var isVisibleOutside: Bool {
        isInVisibleProtocol || head.split(separator: " ").contains { Self.visible.contains($0) }
    }

    static let visible: Set<Substring> = ["public", "package"]

    /// Whether it throws what it finds itself, not what a closure throws that it is given.
    var throwsErrors: Bool {
        var depth = 0
        var outside = ""
        for character in head {
            if character == "(" { depth += 1 }
            if depth == 0 { outside.append(character) }
            if character == ")" { depth -= 1 }
        }
        return outside.split { !$0.isLetter }.contains("throws")
    }
}

extension SourceFile {
    /// In the order of their first lines.
    var declarations: [Declaration] {
        let code = swift.codeLines
        let documentation = Dictionary(
            swift.comments.filter(\.isDocumentation).map { ($0.line, $0.text) }, uniquingKeysWith: { first, _ in first }
        )
        var protocolEnd = 0
        return code.indices.compactMap { index in
            let words = code[index].split(separator: " ")
            if words.contains("protocol"), words.contains(where: Declaration.visible.contains) {
                protocolEnd = lastLine(of: code, from: index)
            }
            guard Self.declares(words) else { return nil }
            let (head, end) = extent(of: code, from: index)
            return Declaration(
                line: index + 1, lastLine: end, head: head, isInVisibleProtocol: index + 1 < protocolEnd,
                documentation: documentationLines(above: index, code, documentation))
        }
    }

    private static let modifiers: Set<Substring> = [
        "public", "package", "internal", "private", "fileprivate", "open", "static", "class", "final", "mutating",
        "nonmutating", "nonisolated", "override", "convenience", "required", "consuming", "borrowing", "isolated",
        "indirect", "prefix", "postfix",
    ]

    /// Whether a line begins with modifiers and then `func`, `init` or `subscript`.
    private static func declares(_ words: [Substring]) -> Bool {
        guard let keyword = words.first(where: { !modifiers.contains($0) && !$0.hasPrefix("@") }) else { return false }
        return keyword == "func"
            || ["init(", "init?(", "init<", "subscript(", "subscript<"].contains { keyword.hasPrefix($0) }
    }

    /// The text up to the body, and the line that the body ends on.
    private func extent(of code: [Substring], from first: Int) -> (head: String, lastLine: Int) {
        var head = ""
        var parentheses = 0
        for index in first..<code.count {
            for character in code[index] {
                if character == "(" { parentheses += 1 }
                if character == ")" { parentheses -= 1 }
                if character == "{", parentheses == 0 { return (head, lastLine(of: code, from: index)) }
                head.append(character)
            }
            head.append(" ")
            // A requirement of a protocol ends with its line, unless the next one goes on with its result.
            let next = index + 1 < code.count ? code[index + 1].drop { $0 == " " } : ""
            let goesOn = ["{", "throws", "->", "where"].contains { next.hasPrefix($0) }
            if parentheses == 0, !goesOn { return (head, index + 1) }
        }
        return (head, code.count)
    }

    /// Where the first bracket that opens on a line or below closes, counted from 1.
    private func lastLine(of code: [Substring], from first: Int) -> Int {
        var depth = 0, hasBegun = false
        for index in first..<code.count {
            for character in code[index] {
                if character == "{" { (depth, hasBegun) = (depth + 1, true) }
                if character == "}" { depth -= 1 }
                if hasBegun, depth == 0 { return index + 1 }
            }
        }
        return code.count
    }

    private func documentationLines(above index: Int, _ code: [Substring], _ texts: [Int: String]) -> [String] {
        var lines: [String] = []
        var place = index
        // Attributes may stand between.
        while place > 0, texts[place] != nil || code[place - 1].drop(while: { $0 == " " }).hasPrefix("@") {
            if let text = texts[place] { lines.insert(text, at: 0) }
            place -= 1
        }
        return lines
    }
}
