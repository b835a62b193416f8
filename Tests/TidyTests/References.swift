/// What a comment or an article may point at.
struct References {
    private let fileNames: Set<Substring>
    private let paths: Set<String>
    /// Of types, functions, properties and cases.
    private let names: Set<Substring>
    private let commands: Set<Substring>
    /// Whatever stands in code, in its texts, or in files that are not Swift, outside of comments.
    private let words: Set<Substring>

    /// - Parameters:
    ///   - paths: of every file of the package.
    ///   - sources: what declares names and commands.
    ///   - others: scripts and such, whose words count as names, but for those of their comments.
    init(paths: [String], sources: [SourceFile], others: [SourceFile] = []) {
        self.paths = Set(paths)
        words = Set(sources.flatMap(\.wordsOfCode) + others.flatMap(\.wordsOutsideOfComments))
        fileNames = Set(paths.compactMap { $0.split(separator: "/").last })
        var names: Set<Substring> = []
        var commands: Set<Substring> = []
        for file in sources {
            for line in file.swift.codeLines { names.formUnion(Self.names(declaredBy: line)) }
            commands.formUnion(file.text.matches(of: /commandName: "([a-z-]+)"/).map(\.1))
        }
        (self.names, self.commands) = (names, commands)
    }

    /// Every word of a line with cases of an enum, and the word after a keyword.
    private static func names(declaredBy line: Substring) -> [Substring] {
        let words = line.split { !$0.isLetter && !$0.isNumber && $0 != "_" }
        if words.first == "case" || words.prefix(2) == ["indirect", "case"] { return Array(words) }
        return zip(words, words.dropFirst()).filter { keywords.contains($0.0) }.map(\.1)
    }

    private static let keywords: Set<Substring> = [
        "struct", "class", "enum", "actor", "protocol", "typealias", "func", "var", "let", "import",
    ]

    /// Files that the program or a user makes: no part of the package.
    private static let madeAtRunTime: Set<Substring> = ["sweep.yaml", "small.yaml"]

    /// The faults of one line of text.
    ///
    /// - Parameter isShell: a line of a code block, where a command may stand alone.
    func faults(in text: Substring, isShell: Bool = false) -> [String] {
        symbolFaults(in: text) + fileFaults(in: text) + commandFaults(in: text, isShell: isShell)
            + (isShell ? [] : nameFaults(in: text) + optionFaults(in: text)) + variableFaults(in: text)
    }

    /// What stands between single backticks and looks like a name: `Board`, `board.handle(_:at:)`, `.finished`. Each
    /// word of it must occur somewhere outside of comments; where is not asked, since a name may be another module's.
    private func nameFaults(in text: Substring) -> [String] {
        Self.quotations(in: text).flatMap { quotation -> [String] in
            guard quotation.wholeMatch(of: /\.?[A-Za-z_]\w*(\.[A-Za-z_]\w*)*(\([\w:]*\))?/) != nil,
                !fileNames.contains(quotation)
            else { return [] }
            return quotation.split(whereSeparator: isNoPartOfName).filter { !isKnown($0) }.map {
                "nothing is called \($0)"
            }
        }
    }

    private func isKnown(_ name: Substring) -> Bool {
        words.contains(name) || fileNames.contains(name) || NamesOfOthers.names[String(name)] != nil
            || paths.contains { $0.contains("/\(name)/") }
    }

    /// `--data` and `sweep worker --join TOKEN`: the parser makes an option of a property's name.
    private func optionFaults(in text: Substring) -> [String] {
        Self.quotations(in: text).flatMap { $0.matches(of: /(?:^|[ \[])--([a-z][a-z-]*)/).map(\.1) }.filter { option in
            let parts = option.split(separator: "-")
            let property = parts[0] + parts.dropFirst().map(\.capitalized).joined()
            return !words.contains(property) && NamesOfOthers.options[String(option)] == nil
        }.map { "there is no option --\($0)" }
    }

    /// Of the environment.
    private func variableFaults(in text: Substring) -> [String] {
        text.matches(of: /SWEEP_[A-Z_]+/).map(\.output).filter { !words.contains($0) }.map {
            "nothing reads the variable \($0)"
        }
    }

    /// What stands between single backticks.
    private static func quotations(in text: Substring) -> [Substring] {
        text.matches(of: /(?:^|[^`])`([^`]+)`(?!`)/).map(\.1)
    }

    /// ``Type`` and ``Type/member(of:)``.
    private func symbolFaults(in text: Substring) -> [String] {
        text.matches(of: /``([^`]+)``/).flatMap { match in
            match.1.split(separator: "/").compactMap { part in
                let name = part.prefix { $0.isLetter || $0.isNumber || $0 == "_" }
                return names.contains(name) || name == "init" ? nil : "there is no symbol \(name)"
            }
        }
    }

    private func fileFaults(in text: Substring) -> [String] {
        let tokens = text.split { !$0.isLetter && !$0.isNumber && !"_+-/.:*<>$~{}\\".contains($0) }
        return tokens.compactMap { token in
            let path = Self.trimmed(token)
            guard let first = path.first, first.isLetter, path.allSatisfy({ !":*<>$~{}\\".contains($0) }) else {
                return nil
            }
            let isInFolder = ["deploy/", "sweeps/", "Sources/", "Tests/"].contains(where: path.hasPrefix)
            guard isInFolder || Self.endings.contains(where: path.hasSuffix) else { return nil }
            return exists(path) || (isInFolder && hasFiles(in: String(path))) ? nil : "there is no file \(path)"
        }
    }

    /// Without the full stop or colon of a sentence.
    private static func trimmed(_ token: Substring) -> Substring {
        var token = token
        while let last = token.last, last == "." || last == ":" { token.removeLast() }
        return token
    }

    private static let endings = [".swift", ".md", ".proto", ".py", ".yaml", ".h", ".modulemap"]

    private func exists(_ path: Substring) -> Bool {
        guard let name = path.split(separator: "/").last, !Self.madeAtRunTime.contains(name),
            NamesOfOthers.files[String(name)] == nil
        else {
            return true
        }
        guard path.contains("/") else { return fileNames.contains(name) }
        return paths.contains { $0 == path || $0.hasSuffix("/\(path)") }
    }

    private func hasFiles(in directory: String) -> Bool { paths.contains { $0.hasPrefix(directory + "/") } }

    /// `sweep` or `sweep-bench` and a word in backticks, or at the beginning of a line of a code block.
    private func commandFaults(in text: Substring, isShell: Bool) -> [String] {
        var called = text.matches(of: /`sweep(?:-bench)? ([a-z][a-z-]*)/).map(\.1)
        if isShell, let first = text.prefixMatch(of: /\s*(?:\$ )?sweep(?:-bench)? ([a-z][a-z-]*)/) {
            called.append(first.1)
        }
        return called.filter { !commands.contains($0) && $0 != "help" }.map { "there is no command sweep \($0)" }
    }
}

/// What stands between the words of code.
private func isNoPartOfName(_ character: Character) -> Bool {
    !character.isLetter && !character.isNumber && character != "_"
}

extension SourceFile {
    /// Of what is not Swift.
    fileprivate var wordsOutsideOfComments: [Substring] {
        OtherComments(self).code.flatMap { $0.split(whereSeparator: isNoPartOfName) }
    }

    /// With those of its texts and without those of its comments.
    fileprivate var wordsOfCode: [Substring] {
        let comments = Dictionary(
            swift.comments.map { ($0.line, $0.text.count) }, uniquingKeysWith: { first, _ in first })
        return lines.enumerated().flatMap { index, line in
            line.dropLast(comments[index + 1] ?? 0).split(whereSeparator: isNoPartOfName)
        }
    }
}
