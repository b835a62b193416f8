/// In what words for a paper are written.
public enum PaperFormat: String, CaseIterable, Sendable {
    case markdown, latex

    /// A text of this program's or a value of a table, as the format has it. `[@key]` is a citation.
    func prose(_ text: String) -> String {
        switch self {
        case .markdown: text
        case .latex:
            latexEscaped(text).replacing(/\ ?\[@([a-z0-9]+)\]/) { "~\\cite{\($0.1)}" }
        }
    }
}

/// Characters with a meaning in LaTeX, and those that its usual fonts lack.
private func latexEscaped(_ text: String) -> String {
    text.reduce(into: "") { result, character in
        switch character {
        case "\\": result += "\\textbackslash{}"
        case "~": result += "\\textasciitilde{}"
        case "^": result += "\\textasciicircum{}"
        case "%", "&", "_", "#", "$", "{", "}": result += "\\\(character)"
        case "±": result += "$\\pm$"
        case "−": result += "$-$"
        case "≤": result += "$\\le$"
        case "†": result += "$^\\dagger$"
        case "ⁿ": result += "$^n$"
        default: result.append(character)
        }
    }
}
