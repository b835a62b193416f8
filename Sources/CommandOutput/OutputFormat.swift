/// How a program writes results, progress or logs.
public enum OutputFormat: String, CaseIterable, Sendable {
    /// Lines for people.
    case text
    /// JSON: an object for the whole, or one a line.
    case json
}
