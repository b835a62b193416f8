import CommandOutput
import Foundation
import Glibc
import HostSystem

/// Where a worker's token comes from.
package enum TokenSource: Equatable {
    /// Other users of the host can see it for a moment.
    case commandLine(String)
    case standardInput
    case file(String)

    /// How systemd calls the credential: `LoadCredential=sweep-token:…`.
    package static let credential = "sweep-token"

    /// - Parameter join: `--join`; `nil` for the credential of the service manager.
    /// - Throws: `CommandFailure` of code `.usage` where there is neither.
    package init(join: String?, environment: [String: String]) throws(CommandFailure) {
        switch join {
        case "-": self = .standardInput
        case let word? where word.hasPrefix("sweep1."): self = .commandLine(word)
        case let path?: self = .file(path)
        case nil:
            guard let directory = environment["CREDENTIALS_DIRECTORY"], !directory.isEmpty else {
                throw CommandFailure(
                    "--join: give the token that sweep invite prints, a file with it, or - for standard input",
                    exitCode: .usage)
            }
            self = .file("\(directory)/\(Self.credential)")
        }
    }

    /// Reads the token.
    ///
    /// - Parameter line: takes a line from standard input, which may stay open.
    /// - Throws: `CommandFailure` where there is none, with what to do.
    package func read(line: () -> String?) throws(CommandFailure) -> String {
        switch self {
        case .commandLine(let token): return token
        case .standardInput: return Self.token(in: line() ?? "")
        case .file(let path): return Self.token(in: try Self.contents(of: path))
        }
    }

    /// Whether others can read the file, so that the token is no secret of this user.
    package var isOpenToOthers: Bool {
        guard case .file(let path) = self else { return false }
        var status = stat()
        return stat(path, &status) == 0 && status.st_mode & 0o077 != 0 && status.st_mode & S_IFMT == S_IFREG
    }

    /// The token out of what `sweep invite` printed, or the text itself.
    private static func token(in text: String) -> String {
        let words = text.split(whereSeparator: \.isWhitespace)
        return String(words.first { $0.hasPrefix("sweep1.") } ?? words.first ?? "")
    }

    private static func contents(of path: String) throws(CommandFailure) -> String {
        // A pipe that a shell made, `<(…)`, is a file like any other.
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else {
            throw CommandFailure(
                "--join \(shown(path)): no token, and no file that can be read (\(SystemReason.words(errno))); "
                    + "sweep invite prints the token",
                exitCode: .usage)
        }
        defer { close(descriptor) }
        let handle = FileHandle(fileDescriptor: descriptor)
        do {
            return String(decoding: try handle.read(upToCount: 4096) ?? Data(), as: UTF8.self)
        } catch {
            throw CommandFailure(
                "--join \(shown(path)): cannot be read (\(SystemReason.words(errno))); sweep invite prints the token",
                exitCode: .usage)
        }
    }

    /// A mistyped token is not repeated: it may be right but for a character.
    private static func shown(_ path: String) -> String {
        path.utf8.count > 60 ? "\(path.prefix(8))…" : path.filter { !$0.isNewline }
    }
}
