import Foundation
import Glibc

/// Writes results to standard output, line by line, and progress to standard error.
enum Output {
    /// A result. A reader that has seen enough and closed the pipe ends the command, successfully.
    static func line(_ text: String) {
        do {
            try FileHandle.standardOutput.write(contentsOf: Data((text + "\n").utf8))
        } catch {
            Glibc.exit(errno == EPIPE ? 0 : 1)
        }
    }

    /// A result as one line of JSON.
    static func json(_ value: some Encodable) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        line(String(decoding: try encoder.encode(value), as: UTF8.self))
    }

    /// What is being measured, for a reader at a terminal.
    static func progress(_ text: String) {
        guard isatty(STDERR_FILENO) == 1 else { return }
        try? FileHandle.standardError.write(contentsOf: Data((text + "\n").utf8))
    }
}

/// A number with a fixed count of decimals.
func fixed(_ value: Double, _ decimals: Int = 0) -> String { String(format: "%.\(decimals)f", value) }

/// A share in percent; a dash where there is none.
func percent(_ share: Double?, _ decimals: Int = 0) -> String {
    share.map { fixed(100 * $0, decimals) + " %" } ?? "–"
}

extension String {
    /// Filled up with spaces on the left.
    func right(_ width: Int) -> String { String(repeating: " ", count: max(0, width - count)) + self }

    /// Filled up with spaces on the right.
    func left(_ width: Int) -> String { self + String(repeating: " ", count: max(0, width - count)) }
}
