/// Swift source taken apart by its characters: what is code, and what is comment.
///
/// No parser: texts and regular expressions are told from code by their delimiters, which the formatted source of one
/// package always has where this looks for them.
struct SwiftText: Sendable {
    struct Comment: Sendable {
        /// The line that it begins on.
        let line: Int
        /// Without slashes.
        let text: String
        /// `///`.
        let isDocumentation: Bool
    }

    /// The source with spaces in place of comments and of what stands in texts; line breaks stay.
    private(set) var code = ""
    /// One a line.
    private(set) var comments: [Comment] = []
    var codeLines: [Substring] { code.split(separator: "\n", omittingEmptySubsequences: false) }

    private var rest: Substring.UnicodeScalarView
    private var line = 1

    init(_ text: String) {
        rest = text[...].unicodeScalars
        while !rest.isEmpty { readPart() }
    }

    private mutating func readPart() {
        if starts(with: "//") {
            readComment()
        } else if starts(with: "/*") {
            blank(through: "*/", after: 2)
        } else if let hashes = rawTextHashes {
            readText(hashes: hashes)
        } else if startsRegularExpression {
            readRegularExpression()
        } else {
            keep()
        }
    }

    // MARK: Steps

    private func starts(with text: String) -> Bool { rest.starts(with: text.unicodeScalars) }

    /// Passes one character on as it is.
    private mutating func keep() {
        let scalar = rest.removeFirst()
        if scalar == "\n" { line += 1 }
        code.unicodeScalars.append(scalar)
    }

    /// Passes one character on as a space.
    private mutating func blank() {
        let scalar = rest.removeFirst()
        if scalar == "\n" { line += 1 }
        code.unicodeScalars.append(scalar == "\n" ? scalar : " ")
    }

    private mutating func blank(through end: String, after count: Int) {
        for _ in 0..<count { blank() }
        while !rest.isEmpty, !starts(with: end) { blank() }
        for _ in end.unicodeScalars where !rest.isEmpty { blank() }
    }

    private mutating func readComment() {
        let first = line
        var text = ""
        while let scalar = rest.first, scalar != "\n" {
            text.unicodeScalars.append(scalar)
            blank()
        }
        let body = text.drop { $0 == "/" }
        comments.append(
            Comment(line: first, text: String(body), isDocumentation: text.count - body.count == 3))
    }

    /// How many `#` a text here begins with; `nil` where none begins.
    private var rawTextHashes: Int? {
        let hashes = rest.prefix { $0 == "#" }.count
        return rest.dropFirst(hashes).first == "\"" ? hashes : nil
    }

    /// A text with its interpolations, which may hold texts themselves.
    private mutating func readText(hashes: Int) {
        let fence = String(repeating: "#", count: hashes)
        for _ in 0..<hashes { blank() }
        let isLong = starts(with: "\"\"\"")
        let end = (isLong ? "\"\"\"" : "\"") + fence
        for _ in 0..<(isLong ? 3 : 1) { blank() }
        while !rest.isEmpty, !starts(with: end) {
            if starts(with: "\\\(fence)(") {
                readInterpolation(hashes: hashes)
            } else if hashes == 0, starts(with: "\\") {
                blank()
                blank()
            } else {
                blank()
            }
        }
        for _ in end.unicodeScalars where !rest.isEmpty { blank() }
    }

    private mutating func readInterpolation(hashes: Int) {
        for _ in 0..<(hashes + 2) { blank() }
        var depth = 1
        while depth > 0, !rest.isEmpty {
            if let inner = rawTextHashes {
                readText(hashes: inner)
                continue
            }
            if rest.first == "(" { depth += 1 }
            if rest.first == ")" { depth -= 1 }
            blank()
        }
    }

    /// A slash is a division between two spaces, and otherwise begins a regular expression where a value may stand.
    private var startsRegularExpression: Bool {
        if starts(with: "#/") { return true }
        guard rest.first == "/", let next = rest.dropFirst().first, next != " ", next != "\n" else { return false }
        guard let before = code.unicodeScalars.last else { return true }
        return before == "(" || before == "["
            || (before == " " && rest.dropFirst().prefix { $0 != "\n" }.contains("/"))
    }

    private mutating func readRegularExpression() {
        if starts(with: "#/") { return blank(through: "/#", after: 2) }
        blank()
        while let scalar = rest.first, scalar != "/", scalar != "\n" {
            if scalar == "\\" { blank() }
            blank()
        }
        if rest.first == "/" { blank() }
    }
}
