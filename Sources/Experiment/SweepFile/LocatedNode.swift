/// A node of a YAML document with the line on which it begins, reduced to what a sweep file may hold.
struct LocatedNode {
    /// Counts from 1.
    let line: Int
    let content: Content

    enum Content {
        case scalar(ScalarText)
        case list([LocatedNode])
        case mapping([LocatedEntry])

        static var nothing: Content { .scalar(ScalarText(text: "", isQuoted: false)) }
    }
}

/// A key of a mapping with its value.
struct LocatedEntry {
    let key: String
    let line: Int
    let value: LocatedNode
}

/// A single value as it is written.
///
/// What it means is decided by the key that it belongs to: YAML's own guesses, by which `no` is a flag and `010` is 8,
/// are not asked.
struct ScalarText {
    let text: String
    /// Quotes and block scalars make a text of anything: `"64"` is not a number.
    let isQuoted: Bool

    /// Nothing is written, or one of YAML's words for nothing.
    var isNull: Bool {
        !isQuoted && ["", "~", "null", "Null", "NULL"].contains(text)
    }

    /// The text for an error message.
    var shown: String {
        if text.isEmpty { return isQuoted ? "an empty text" : "nothing" }
        return isQuoted ? "\"\(singleLine(text))\"" : singleLine(text)
    }
}

extension LocatedNode {
    var isNull: Bool {
        if case .scalar(let scalar) = content { scalar.isNull } else { false }
    }

    /// `a list` and so on, for error messages.
    var kind: String {
        switch content {
        case .scalar(let scalar): scalar.isNull ? "empty" : "a single value"
        case .list: "a list"
        case .mapping: "a mapping"
        }
    }
}
