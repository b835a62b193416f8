import DurableFiles
import Experiment
import Glibc

/// The directory that holds one sweep and everything that comes of it: its paths, and how it is made.
public struct RunDirectory: Sendable, Hashable, CustomStringConvertible {
    /// As given, without a slash at its end.
    public let path: String

    public init(path: String) {
        self.path = path.count > 1 && path.hasSuffix("/") ? String(path.dropLast()) : path
    }

    public var description: String { path }

    /// The sweep file as submitted.
    public var sweepFile: String { file("sweep.yaml") }
    public var journalFile: String { file("state.sqlite") }
    public var checkpoints: String { file("checkpoints") }
    public var logs: String { file("logs") }
    public var figures: String { file("figures") }
    var lockFile: String { file(".lock") }

    /// The path of a file or directory in it.
    public func file(_ name: String) -> String { "\(path)/\(name)" }

    /// The names that a sweep writes, besides the journal.
    static let results =
        ["sweep.yaml", "report.html", "checkpoints", "figures", "predictions"] + ReportFile.allCases.map(\.rawValue)
}

extension RunDirectory {
    /// Makes the directory where it is missing.
    func make() throws(JournalError) {
        do {
            try DurableFile.makeDirectory(path)
        } catch {
            throw JournalError(error)
        }
    }

    /// Makes what lies in it besides the journal, and the sweep file where it does not hold `text` already.
    func fill(sweepText text: String) throws(JournalError) {
        do {
            try DurableFile.makeDirectory(checkpoints)
            try DurableFile.makeDirectory(logs)
            DurableFile.removeLeftovers(of: sweepFile)
            // A file that has this text already needs no room on a full disk.
            guard content(of: sweepFile) != text else { return }
            try DurableFile.replace(sweepFile, with: Array(text.utf8))
        } catch {
            throw JournalError(error)
        }
    }

    private func content(of path: String) -> String? { try? String(contentsOfFile: path, encoding: .utf8) }

    var hasJournal: Bool { access(journalFile, F_OK) == 0 }

    /// The plan in the journal is the first thing that a sweep writes: results without one are somebody else's, or lost
    /// theirs.
    func refuseForeignFiles() throws(JournalError) {
        guard let name = Self.results.first(where: { access(file($0), F_OK) == 0 }) else { return }
        let message =
            "\(name) is there but no sweep in state.sqlite: no run of sweep, or one that lost it; "
            + "choose another directory"
        throw JournalError(.foreignFiles, path: path, message)
    }
}
