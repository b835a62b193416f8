import Experiment

/// Something in a publication that is not as it must be: one line that names the file, the line and what is wrong.
package struct Finding: Error, Sendable, Equatable, CustomStringConvertible {
    package let file: String
    /// Counts from 1; `nil` where the file as a whole is wrong.
    package let line: Int?
    package let reason: String

    package init(_ file: String, line: Int? = nil, _ reason: String) {
        self.file = file
        self.line = line
        self.reason = reason
    }

    package var description: String { "\(file)\(line.map { ":\($0)" } ?? ""): \(reason)" }
}

/// A text of the publication as a part of a message.
func shown(_ text: some StringProtocol) -> String { text.isEmpty ? "nothing" : singleLine(String(text), limit: 80) }
