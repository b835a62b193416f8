import Experiment
import Foundation

/// A log entry as one line of JSON: `time`, `level`, `event`, `message` and the event's own fields.
public struct JSONLine {
    private var fields: [String: Any]

    public init(level: String, event: String, message: String, time: Date = Date()) {
        fields = ["time": time.formatted(.iso8601), "level": level, "event": event, "message": message]
    }

    /// What ends a command, as its last line.
    package init(_ failure: CommandFailure) {
        self.init(level: "error", event: "commandFailed", message: failure.message)
        set("exit_code", Int(failure.exitCode.rawValue))
    }

    /// Keys are sorted. JSON escapes control characters, but for those beyond ASCII and what turns the direction of
    /// writing, which would do to a terminal that shows the log what they do to it elsewhere.
    public var text: String {
        do {
            let data = try JSONSerialization.data(
                withJSONObject: fields, options: [.sortedKeys, .withoutEscapingSlashes])
            return String(decoding: data, as: UTF8.self).withoutControls()
        } catch {
            // `set` takes nothing else.
            preconditionFailure("texts, flags and finite numbers have no JSON: \(error)")
        }
    }

    // Each adds a field; `nil` adds none.

    public mutating func set(_ name: String, _ value: String?) {
        if let value { fields[name] = value }
    }

    public mutating func set(_ name: String, _ value: Int?) {
        if let value { fields[name] = value }
    }

    public mutating func set(_ name: String, _ value: Bool) { fields[name] = value }

    /// A number that is not finite, which JSON has not, becomes a text.
    public mutating func set(_ name: String, _ value: Double?) {
        guard let value else { return }
        fields[name] = value.isFinite ? value : value.description
    }
}
