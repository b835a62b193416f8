import Experiment
import Foundation
import HostSystem
import Logging

/// A log of one line an entry: time, level, message, metadata sorted by key; or a JSON object of these.
package struct LineLog: LogHandler {
    package var metadata: Logger.Metadata = [:]
    package var logLevel: Logger.Level
    private let label: String
    private let format: OutputFormat
    private let write: @Sendable (String) -> Void

    package init(
        label: String, level: Logger.Level, format: OutputFormat = .text,
        write: @escaping @Sendable (String) -> Void
    ) {
        self.label = label
        self.format = format
        logLevel = level
        self.write = write
    }

    package subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    package func log(event: LogEvent) {
        let facts = metadata.merging(event.metadata ?? [:]) { $1 }.sorted { $0.key < $1.key }
        guard format == .text else {
            var line = JSONLine(level: "\(event.level)", event: label, message: "\(event.message)")
            for (key, value) in facts { line.set(key, "\(value)") }
            return write(line.text)
        }
        let details = facts.map { " \($0.key)=\($0.value)" }.joined()
        write("\(Date().formatted(.iso8601)) \(event.level) \(label): \(event.message)\(details)".withoutControls())
    }
}

extension LineLog {
    /// Appends to a file, each line with one write, so that processes can share it.
    ///
    /// - Throws: `CommandFailure` where it cannot be opened.
    package static func appending(
        to path: String, label: String, level: Logger.Level, format: OutputFormat
    ) throws(CommandFailure) -> LineLog {
        let descriptor = open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0o666)
        guard descriptor >= 0 else {
            throw CommandFailure("\(path): cannot be opened for writing: \(SystemReason.text(errno))")
        }
        return LineLog(label: label, level: level, format: format) { line in
            _ = writeAll(line + "\n", to: descriptor)
        }
    }
}
