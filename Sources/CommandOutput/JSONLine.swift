import Experiment
import Foundation

/// A log entry as one line of JSON: `time`, `level`, `event`, `message` and the event's own fields.
public struct JSONLine {
    private var fields: [String: Any]

    public init(level: String, event: String, message: String, time: Date = Date()) {
        fields = ["time": time.formatted(.iso8601), "level": level, "event": event, "message": message]
    }

    /// Keys are sorted. JSON escapes control characters, but for those beyond ASCII and what turns the direction of
    /// writing, which would do to a terminal that shows the log what they do to it elsewhere.
    public var text: String {
        let data = try? JSONSerialization.data(withJSONObject: fields, options: [.sortedKeys, .withoutEscapingSlashes])
        return String(decoding: data ?? Data(), as: UTF8.self).withoutControls()
    }

    /// Adds a field; `nil` adds none. A number that is not finite, which JSON has not, becomes a text.
    public mutating func set(_ name: String, _ value: Any?) {
        if let number = value as? Double, !number.isFinite {
            fields[name] = number.description
        } else if let value {
            fields[name] = value
        }
    }
}
