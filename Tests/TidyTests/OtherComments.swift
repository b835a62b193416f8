/// The comments of what is not Swift: scripts, messages, headers, parts of the page.
struct OtherComments: Sendable {
    /// By their lines, without the marks.
    private(set) var comments: [(line: Int, text: Substring)] = []
    /// The lines without comments.
    private(set) var code: [Substring] = []

    init(_ file: SourceFile) {
        let isC = [".c", ".css", ".h", ".js", ".proto"].contains(where: file.path.hasSuffix)
        if isC { readC(file.lines) } else { readScript(file.lines) }
    }

    /// `#` begins a comment where it begins the line, and something else in the middle of one, often enough.
    private mutating func readScript(_ lines: [Substring]) {
        for (index, line) in lines.enumerated() {
            let text = line.drop { $0 == " " }
            if text.hasPrefix("#"), !text.hasPrefix("#!") {
                comments.append((index + 1, text.drop { $0 == "#" }))
            } else {
                code.append(line)
            }
        }
    }

    private mutating func readC(_ lines: [Substring]) {
        var isInBlock = false
        for (index, line) in lines.enumerated() {
            var rest = line
            while !rest.isEmpty {
                if isInBlock {
                    let end = rest.firstRange(of: "*/")
                    comments.append((index + 1, rest[..<(end?.lowerBound ?? rest.endIndex)]))
                    isInBlock = end == nil
                    rest = rest[(end?.upperBound ?? rest.endIndex)...]
                } else if let start = rest.firstRange(of: /(?:^|\s)(?:\/\/|\/\*)/) {
                    code.append(rest[..<start.lowerBound])
                    isInBlock = rest[start].hasSuffix("*")
                    if !isInBlock { comments.append((index + 1, rest[start.upperBound...])) }
                    rest = isInBlock ? rest[start.upperBound...] : ""
                } else {
                    code.append(rest)
                    rest = ""
                }
            }
        }
    }
}
