import Yams

/// Reads YAML text into located nodes. The only file that knows Yams.
///
/// Refused, because a sweep file needs none of it: anchors and aliases (which can also make a small file expand without
/// bound), tags, keys that are not plain text, several documents, deep nesting.
struct YAMLDocument {
    private let file: String
    private let text: String
    /// The last line on which anything stands. What the parser says of the end of the text is told there: the end may
    /// be lines further down, or in the padding.
    private let lastLine: Int

    /// A sweep file nests four levels deep.
    private static let depthLimit = 10

    init(text: String, file: String) {
        self.file = file
        // Told the encoding, the parser does not expect the byte order mark that some editors write.
        let scalars = text.unicodeScalars.drop { $0 == "\u{FEFF}" }
        // Yams keeps a pointer into the text's storage: so the text must be UTF-8 in one piece, and too long (over 15
        // bytes) to be stored inside of the String value itself.
        let padding = scalars.count > 15 ? "" : String(repeating: "\n", count: 16)
        self.text = String(decoding: Array((String(scalars) + padding).utf8), as: UTF8.self)
        let lines = text.split(omittingEmptySubsequences: false) { $0.isNewline }
        lastLine = (lines.lastIndex { !$0.allSatisfy(\.isWhitespace) } ?? 0) + 1
    }

    /// Whether nothing stands in it but comments and an end. To the parser, an end without a beginning is an error.
    private var isEmpty: Bool {
        text.split { $0.isNewline }.allSatisfy { line in
            let text = line.drop { $0.isWhitespace }
            return text.isEmpty || text.hasPrefix("#") || text.hasPrefix("...")
        }
    }

    func root() throws(SweepFileError) -> LocatedNode {
        if isEmpty { return LocatedNode(line: 1, content: .nothing) }
        let parser: Parser
        let root: Node?
        do {
            // The encoding is named, or Yams would ask the environment for it.
            parser = try Parser(yaml: text, encoding: .utf8)
            root = try parser.singleRoot()
        } catch let error as YamlError {
            throw syntaxError(error)
        } catch {
            throw failure(1, nil, "this is not valid YAML: \(singleLine("\(error)"))")
        }
        // Nodes hold their anchors weakly: these live as long as the parser.
        return try withExtendedLifetime(parser) { () throws(SweepFileError) in
            guard let root else { return LocatedNode(line: 1, content: .nothing) }
            return try located(root, depth: 0)
        }
    }

    private func located(_ node: Node, depth: Int) throws(SweepFileError) -> LocatedNode {
        let line = line(of: node)
        try checkAnchor(of: node, line: line)
        guard depth < Self.depthLimit else {
            throw tooDeep(line)
        }
        switch node {
        case .scalar(let scalar):
            try checkTag(scalar.tag, isQuoted: scalar.style != .plain, line: line)
            let text = ScalarText(text: scalar.string, isQuoted: scalar.style != .plain)
            return LocatedNode(line: line, content: .scalar(text))
        case .sequence(let sequence):
            try checkTag(sequence.tag, isQuoted: false, line: line)
            var items: [LocatedNode] = []
            for item in sequence { items.append(try located(item, depth: depth + 1)) }
            return LocatedNode(line: line, content: .list(items))
        case .mapping(let mapping):
            try checkTag(mapping.tag, isQuoted: false, line: line)
            return LocatedNode(line: line, content: .mapping(try entries(of: mapping, depth: depth)))
        case .alias:
            throw failure(line, nil, "an alias stands here; write the value itself")
        }
    }

    private func line(of node: Node) -> Int { min(node.mark?.line ?? 1, lastLine) }

    private func entries(of mapping: Node.Mapping, depth: Int) throws(SweepFileError) -> [LocatedEntry] {
        var entries: [LocatedEntry] = []
        var firstLines: [String: Int] = [:]
        for (key, value) in mapping {
            let line = line(of: key)
            try checkAnchor(of: key, line: line)
            guard case .scalar(let scalar) = key else {
                throw failure(
                    line, nil, "a list or a mapping is used as a key; keys are single words, as in name: quick")
            }
            if let firstLine = firstLines.updateValue(line, forKey: scalar.string) {
                throw duplicateKey(scalar.string, line: line, firstLine: firstLine)
            }
            if scalar.string == "<<" {
                throw failure(line, "<<", "merges another mapping, which a sweep file cannot do; write its keys here")
            }
            let value = try located(value, depth: depth + 1)
            entries.append(LocatedEntry(key: scalar.string, line: line, value: value))
        }
        return entries
    }

    private func checkAnchor(of node: Node, line: Int) throws(SweepFileError) {
        guard let anchor = node.anchor else { return }
        throw failure(
            line, nil,
            "the anchor &\(anchor.rawValue) stands here; write the value out wherever it is used, without & and *")
    }

    private func checkTag(_ tag: Tag, isQuoted: Bool, line: Int) throws(SweepFileError) {
        let name = tag.rawValue
        guard !name.isEmpty, !(isQuoted && tag == Tag(.str)) else { return }
        throw failure(line, nil, "the tag \(singleLine(name)) stands here; write the value without a tag")
    }
}

// MARK: - Errors

extension YAMLDocument {
    private func failure(_ line: Int, _ key: String?, _ message: String) -> SweepFileError {
        SweepFileError(file: file, line: line, key: key, message: message)
    }

    private func tooDeep(_ line: Int) -> SweepFileError {
        failure(line, nil, "this is nested more than \(Self.depthLimit) levels deep; a sweep file needs 4")
    }

    private func duplicateKey(_ key: String, line: Int, firstLine: Int) -> SweepFileError {
        let place = line == firstLine ? "in this line" : "first on line \(firstLine)"
        return failure(line, singleLine(key), "is written twice, \(place); keep one of them")
    }

    private func syntaxError(_ error: YamlError) -> SweepFileError {
        switch error {
        case .scanner(let context, let problem, let mark, _), .parser(let context, let problem, let mark, _):
            return syntaxError(problem: problem, context: context, line: mark.line)
        case .composer(_, let problem, let mark, _):
            if problem == "but found another document" {
                return failure(min(mark.line, lastLine), nil, "a second document begins here; a file holds one sweep")
            }
            return syntaxError(problem: problem, context: nil, line: mark.line)
        case .reader(let problem, let offset, _, _):
            let before = text.prefix(offset ?? 0)
            let line = 1 + before.count { $0.isNewline }
            return failure(line, nil, "this is not valid YAML: \(problem); remove the character")
        case .duplicatedKeysInMapping(let duplicates, let context):
            return duplicateKey(duplicates.first ?? "", firstMark: context.mark)
        default:
            return failure(1, nil, "this is not valid YAML: \(singleLine("\(error)"))")
        }
    }

    private func syntaxError(problem: String, context: YamlError.Context?, line: Int) -> SweepFileError {
        if problem.contains("nest") { return tooDeep(line) }
        let place = min(line, lastLine)
        let start = context.map { context in
            let isEarlier = context.mark.line < place
            return " \(context.text)" + (isEarlier ? " that begins on line \(context.mark.line)," : ",")
        }
        let lines = text.split(omittingEmptySubsequences: false) { $0.isNewline }
        let isTab = lines[place - 1].prefix { $0.isWhitespace }.contains("\t")
        let remedy = isTab ? "indent with spaces, not with tabs" : "look for a missing bracket, quote, colon or indent"
        return failure(place, nil, "this is not valid YAML:\(start ?? "") \(problem); \(remedy)")
    }

    /// Yams tells only where a key is written first. The second place is the next line that has the same key at the
    /// same column, as block mappings have it; in a flow mapping it may not be found, and the first line stands.
    private func duplicateKey(_ key: String, firstMark: Mark) -> SweepFileError {
        let lines = text.split(omittingEmptySubsequences: false) { $0.isNewline }
        let spellings = [key, "\"\(key)\"", "'\(key)'"].flatMap { [$0 + ":", $0 + " "] }
        let second = lines.indices.dropFirst(firstMark.line).first { index in
            let tail = lines[index].dropFirst(firstMark.column - 1)
            return lines[index].prefix(firstMark.column - 1).allSatisfy { $0 == " " }
                && spellings.contains { tail.hasPrefix($0) }
        }
        return duplicateKey(key, line: second.map { $0 + 1 } ?? firstMark.line, firstLine: firstMark.line)
    }
}
