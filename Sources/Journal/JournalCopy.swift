import Foundation
import Glibc
import HostSystem

/// Makes a journal readable where nothing can be written.
///
/// SQLite reads a database that has a log only with an index of that log beside it, and makes the index where there is
/// none. A run directory that is mounted read-only, or belongs to somebody else and is not at work, has none, and its
/// files do not change: a copy of them in a private directory says the same.
enum JournalCopy {
    /// Calls `body` with the path of a database that SQLite can open: that of `run` itself wherever possible. A copy is
    /// gone when `body` returns; what it opened stays readable.
    ///
    /// - Throws: what `body` throws; `JournalError` where the journal cannot be copied.
    static func withReadableFile<Value>(of run: RunDirectory, _ body: (String) throws -> Value) throws -> Value {
        let file = run.journalFile
        guard access(run.path, W_OK) != 0, access(file + "-shm", F_OK) != 0 else { return try body(file) }
        let parent = ProcessInfo.processInfo.environment["TMPDIR"] ?? "/tmp"
        var template = Array("\(parent)/sweep-journal-XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else { throw notCopied(file, parent, SystemReason.text(errno)) }
        let directory = template.withUnsafeBufferPointer { String(cString: $0.baseAddress!) }
        defer { try? FileManager.default.removeItem(atPath: directory) }
        let copy = "\(directory)/state.sqlite"
        do {
            for suffix in ["", "-wal"] where access(file + suffix, F_OK) == 0 {
                try FileManager.default.copyItem(atPath: file + suffix, toPath: copy + suffix)
            }
        } catch {
            throw notCopied(file, parent, error.localizedDescription)
        }
        return try body(copy)
    }

    private static func notCopied(_ file: String, _ parent: String, _ reason: String) -> JournalError {
        let message = "cannot be read in its place, nor copied to \(parent) (TMPDIR names another): \(reason)"
        return JournalError(.readOnly, path: file, message)
    }
}
