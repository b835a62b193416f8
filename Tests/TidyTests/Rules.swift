import Foundation

/// What a file must keep to, as functions from a file to its faults: `path:line: what is wrong`.
enum Rules {
    static let longestLine = 120
    static let longestFunction = 70
    static let longestFile = 400

    static func sizes(_ file: SourceFile) -> [String] {
        var findings = file.lines.enumerated().compactMap { index, line in
            line.count > longestLine
                ? file.finding(index + 1, "\(line.count) characters; a line has at most \(longestLine)") : nil
        }
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
    /// adds is for whole numbers, which here are known by their names; benchmarks may add their times.
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
        if ["reduce(0.", "reduce(Float", "reduce(Double", "reduce(.zero"].contains(where: call.contains) {
            return true
        }
        if call.contains("0, +)") { return !endsWithCount(summed) }
        guard let plus = call.range(of: "$0 + ") else { return false }
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
