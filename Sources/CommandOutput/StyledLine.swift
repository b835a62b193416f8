import Experiment

/// A line of text in which some parts stand out. Only its styles reach the terminal as commands, whatever its texts
/// hold.
public struct StyledLine: Sendable, Hashable {
    public enum Style: String, Sendable {
        case plain = ""
        case bold = "1"
        case dim = "2"
        case red = "31"
        case green = "32"
        case yellow = "33"
    }

    private struct Span: Sendable, Hashable {
        var text: String
        var style: Style
    }

    private var spans: [Span] = []

    public init() {}

    public init(_ text: String, _ style: Style = .plain) {
        append(text, style)
    }

    public mutating func append(_ text: String, _ style: Style = .plain) {
        guard !text.isEmpty else { return }
        spans.append(Span(text: text.withoutControls(except: ["\n", "\t"]), style: style))
    }

    public mutating func append(_ other: StyledLine) { spans += other.spans }

    /// In characters, each of which takes one column: names and numbers are ASCII.
    public var width: Int { spans.reduce(0) { $0 + $1.text.count } }

    /// The line without styles.
    public var text: String { spans.map(\.text).joined() }

    /// At most so wide; one that is cut ends with `…`.
    public func cut(to limit: Int) -> StyledLine {
        guard width > limit else { return self }
        var line = StyledLine()
        var left = limit - 1
        for span in spans where left > 0 {
            line.append(String(span.text.prefix(left)), span.style)
            left -= min(left, span.text.count)
        }
        if limit > 0 { line.append("…") }
        return line
    }

    /// The line with the escape sequences of a terminal, or without.
    public func rendered(hasColors: Bool) -> String {
        guard hasColors else { return text }
        return spans.map { $0.style == .plain ? $0.text : "\u{1b}[\($0.style.rawValue)m\($0.text)\u{1b}[0m" }.joined()
    }
}
