import CommandOutput
import Commands
import Experiment
import Foundation
import Journal
import Messages
import Status
import Transport

extension ChosenRun {
    /// Lets everything be trained again elsewhere that the keys delivered and nobody has confirmed: at once while the
    /// sweep runs, else when its command runs again.
    ///
    /// - Parameters:
    ///   - keys: of workers that were revoked.
    ///   - reason: who wants it, and why.
    /// - Returns: what came of it, a line for each.
    /// - Throws: `CommandFailure`, a `JournalError`.
    package func forgetResults(of keys: [WorkerKey], because reason: String) throws -> [String] {
        try keys.map { key in
            if let count = try askIfRunning(.forget(key, reason: reason)) {
                return count == 0
                    ? "Nothing in \(directory) hangs on the key \(key) alone."
                    : "\(counted(count, "task")) of \(directory) that the key \(key) had a hand in: trained again, "
                        + "compared, and replaced where it differs."
            }
            let journal = try Journal.open(in: directory)
            defer { try? journal.close() }
            try journal.commit([.keyJudged(KeyJudgement(key: key, verdict: .forgotten, reason: reason), at: Date())])
            return "What the key \(key) delivered to \(directory) is trained again when the sweep's command runs again."
        }
    }
}

extension KeyCommands {
    /// The keys that `choice` revokes, or has revoked before: what was delivered under them can be forgotten later,
    /// too.
    ///
    /// - Throws: `CommandFailure` where it is none, or the keys cannot be read.
    package static func revokedKeys(
        named choice: String, in directory: Result<String, TransportError> = ownKeyDirectory()
    ) throws(CommandFailure) -> [WorkerKey] {
        do throws(TransportError) {
            return try existing(in: directory).revokedKeys()
                .map { ($0.label.rawValue, $0.worker) }
                .filter { label, key in label == choice || choice.utf8.count >= 4 && key.rawValue.hasPrefix(choice) }
                .map(\.1)
        } catch {
            throw CommandFailure(error.description)
        }
    }

    /// What a sweep keeps of who forgot results and why.
    package static func story(of reason: String?, by user: String = ownUserName()) -> String {
        reason.map { "revoked by \(user): \($0)" } ?? "revoked by \(user)"
    }
}
