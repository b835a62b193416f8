/// What a comment or an article may point at.
struct References {
    private let fileNames: Set<Substring>
    private let paths: Set<String>
    /// Of types, functions, properties and cases.
    private let names: Set<Substring>
    private let commands: Set<Substring>

    init(paths: [String], sources: [SourceFile]) {
        self.paths = Set(paths)
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

    /// PyTorch's, which comments name as sources.
    private static let ofOthers: Set<Substring> = [
        "conv.py", "linear.py", "dataloader.py", "sampler.py", "MT19937RNGEngine.h",
    ]

    /// The faults of one line of text.
    ///
    /// - Parameter isShell: a line of a code block, where a command may stand alone.
    func faults(in text: Substring, isShell: Bool = false) -> [String] {
        symbolFaults(in: text) + fileFaults(in: text) + commandFaults(in: text, isShell: isShell)
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
            let isInFolder = ["deploy/", "sweeps/"].contains(where: path.hasPrefix)
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
        guard let name = path.split(separator: "/").last, !Self.madeAtRunTime.union(Self.ofOthers).contains(name) else {
            return true
        }
        guard path.contains("/") else { return fileNames.contains(name) }
        return paths.contains { $0 == path || $0.hasSuffix("/\(path)") }
    }

    private func hasFiles(in directory: String) -> Bool { paths.contains { $0.hasPrefix(directory + "/") } }

    /// `sweep` and a word in backticks, or at the beginning of a line of a code block.
    private func commandFaults(in text: Substring, isShell: Bool) -> [String] {
        var called = text.matches(of: /`sweep ([a-z-]+)/).map(\.1)
        if isShell, let first = text.prefixMatch(of: /\s*(?:\$ )?sweep ([a-z-]+)/) { called.append(first.1) }
        return called.filter { !commands.contains($0) && $0 != "help" }.map { "there is no command sweep \($0)" }
    }
}
