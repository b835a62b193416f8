import Foundation

/// What a file must keep to, as functions from a file to its faults: `path:line: what is wrong`.
enum Rules {
    static let longestLine = 120
    static let longestFunction = 70
    static let longestFile = 400

    /// The lines that are too long. In an article those of tables and code blocks may be, which have no other form, and
    /// one that is a single word, as a link or an address.
    static func lineLengths(_ file: SourceFile) -> [String] {
        let isArticle = file.path.hasSuffix(".md")
        var isCode = false
        return file.lines.enumerated().compactMap { index, line in
            if isArticle {
                if line.hasPrefix("```") { isCode.toggle() }
                if isCode || line.hasPrefix("|") || isOneWord(line) { return nil }
            }
            return line.count > longestLine
                ? file.finding(index + 1, "\(line.count) characters; a line has at most \(longestLine)") : nil
        }
    }

    /// Besides the mark of a list, or a link whose text has several.
    private static func isOneWord(_ line: Substring) -> Bool {
        line.wholeMatch(of: /\s*(?:(?:[-*]|\d+\.)\s+)?(?:\S+|\[[^\]]*\]\(\S+)/) != nil
    }

    static func sizes(_ file: SourceFile) -> [String] {
        var findings = lineLengths(file)
        let lineCount = file.text.hasSuffix("\n") ? file.lines.count - 1 : file.lines.count
        if lineCount > longestFile {
            findings.append(file.finding(1, "\(lineCount) lines; split it below \(longestFile)"))
        }
        for declaration in file.declarations where declaration.lineCount > longestFunction {
            let message = "a function of \(declaration.lineCount) lines; split it below \(longestFunction)"
            findings.append(file.finding(declaration.line, message))
        }
        return findings
    }

    /// A caller learns from the documentation what it must handle.
    static func undocumentedThrows(_ file: SourceFile) -> [String] {
        guard file.path.hasPrefix("Sources/") else { return [] }
        return file.declarations.filter { declaration in
            declaration.isVisibleOutside && declaration.throwsErrors
                && !declaration.documentation.contains { $0.contains("- Throws:") }
        }.map { file.finding($0.line, "seen by other targets and throwing; say what under “- Throws:”") }
    }

    /// Sums of floats have one order on every host, which `PairwiseSum.swift` and the kernels state. So a `reduce` that
    /// adds, whatever it begins with and in whatever form, is for whole numbers, which here are known by their names;
    /// benchmarks may add their times.
    static func floatSums(_ file: SourceFile) -> [String] {
        let exempt = ["Sources/sweep-bench/", "Sources/Kernels/", "Sources/Statistics/PairwiseSum.swift"]
        guard file.path.hasPrefix("Sources/"), !exempt.contains(where: file.path.hasPrefix) else { return [] }
        return file.swift.codeLines.enumerated().compactMap { index, line in
            guard let start = line.range(of: ".reduce("),
                addsUnknown(line[start.lowerBound...], to: line[..<start.lowerBound])
            else { return nil }
            return file.finding(
                index + 1,
                "a sum by reduce: use pairwiseSum for floats, or name the whole numbers that are added as counts")
        }
    }

    /// Whether `call`, which begins with `.reduce(`, adds up what no name says to be whole numbers.
    private static func addsUnknown(_ call: Substring, to summed: Substring) -> Bool {
        // A product begins with 1.0, say.
        let float = /reduce\((?:into: )?-?(?:\d[\d_]*\.\d|Float|Double|\.zero)/
        if call.contains(float) { return call.contains("+") || !call.contains("*") }
        // The lines have spaces in place of texts.
        let text = /reduce\((?:into:)?\s*\)/
        if call.contains(text) { return false }
        if call.contains(/^\.reduce\([^{]*, (?:into: )?\+=?\)/) { return !endsWithCount(summed) }
        guard let plus = call.firstRange(of: /\$0 \+=?\s/) else { return false }
        // Of `$0 + $1.epochs.count }` the last word, before brackets.
        let added = call[plus.upperBound...].prefix { $0 != "}" && $0 != "{" }
        return !endsWithCount(added) && !added.contains(" ? 0 : 1") && !added.hasPrefix("max(1, ")
    }

    private static func endsWithCount(_ text: Substring) -> Bool {
        let words = text.split { !$0.isLetter }.suffix(2).map { $0.lowercased() }
        return text.contains(".count(") || words.contains { word in wholeNumbers.contains { word.hasSuffix($0) } }
    }

    private static let wholeNumbers = [
        "count", "counts", "epochs", "widths", "alarms", "faults", "milliseconds", "path",
    ]
}

extension Rules {
    /// What a target imports and does not declare, and the other way round.
    ///
    /// - Parameter withoutImport: what a target may declare for another reason.
    static func imports(
        of files: [SourceFile], in target: String, declared: Set<String>, withoutImport: Set<String> = []
    ) -> [String] {
        var unused = declared.subtracting(withoutImport)
        var findings: [String] = []
        for file in files {
            for (line, module) in file.imports {
                unused.remove(module)
                guard !declared.contains(module), !toolchain.contains(module) else { continue }
                findings.append(file.finding(line, "\(target) imports \(module), which Package.swift does not say"))
            }
        }
        return findings
            + unused.sorted().map { "Package.swift: \(target) depends on \($0), which none of its files imports" }
    }

    /// Modules that come with Swift and the system.
    private static let toolchain: Set<String> = [
        "Dispatch", "Foundation", "FoundationXML", "Glibc", "Synchronization", "Testing",
    ]
}
