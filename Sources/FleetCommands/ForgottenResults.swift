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
    ///   - ask: asks the sweep's coordinator; `nil` where none runs.
    /// - Returns: what came of it, a line for each.
    /// - Throws: `CommandFailure`, a `JournalError`.
    package func forgetResults(
        of keys: [WorkerKey], because reason: String,
        ask: (ChosenRun, SweepRequest) throws -> Int? = { try $0.askIfRunning($1) }
    ) throws -> [String] {
        try keys.map { key in
            if let count = try ask(self, .forget(key, reason: reason)) {
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
    /// The sweep whose results `sweep revoke` is to forget; `nil` where it shall forget none.
    ///
    /// - Parameters:
    ///   - directory: of its run, as `--out` has it; `nil` where that is not given.
    ///   - forgettingResults: whether `--forget-results` is given.
    /// - Throws: `CommandFailure` where a sweep is named and nothing is to be forgotten, or none is named and
    ///   there is not exactly one.
    package static func run(named directory: String?, forgettingResults: Bool) throws(CommandFailure) -> ChosenRun? {
        guard forgettingResults else {
            guard directory == nil else {
                throw CommandFailure("--out goes with --forget-results; give both or neither", exitCode: .usage)
            }
            return nil
        }
        return try ChosenRun(named: directory)
    }

    /// Puts a worker out, and lets everything be trained again elsewhere that it delivered to a sweep. Of a worker that
    /// was put out before, the results alone are forgotten.
    ///
    /// Nothing is changed where there is no such sweep. The key goes first: where the sweep cannot be asked or written
    /// then, the worker is out all the same, and the same command goes on with the rest.
    ///
    /// - Parameters:
    ///   - choice: a name, or the beginning of a key's digest.
    ///   - run: the sweep.
    ///   - say: told, in a line each, what was done.
    ///   - ask: asks the sweep's coordinator; `nil` where none runs.
    /// - Throws: `CommandFailure` where there is no sweep, or no worker is meant; a `JournalError`.
    package static func revoke(
        _ choice: String, forgettingResultsIn run: ChosenRun, reason: String?,
        in directory: Result<String, TransportError> = ownKeyDirectory(), by user: String = ownUserName(),
        say: (String) -> Void, ask: (ChosenRun, SweepRequest) throws -> Int? = { try $0.askIfRunning($1) }
    ) throws {
        _ = try run.reader()
        var keys = try revokedKeys(named: choice, in: directory)
        if try keys.isEmpty || isAdmitted(choice, in: directory) {
            for line in try revoke(choice, reason: reason, in: directory, by: user) { say(line) }
            keys = try revokedKeys(named: choice, in: directory)
        }
        guard !keys.isEmpty else {
            throw CommandFailure(
                "no worker came as \(choice), so there is nothing to forget; name a worker that sweep keys lists")
        }
        try run.forgetResults(of: keys, because: story(of: reason, by: user), ask: ask).forEach(say)
    }

    /// Whether a worker is admitted that `choice` names: a name is free again when its worker was revoked.
    private static func isAdmitted(
        _ choice: String, in directory: Result<String, TransportError>
    ) throws(CommandFailure) -> Bool {
        do throws(TransportError) {
            let workers = try existing(in: directory).workers()
            return !named(choice, among: workers, name: \.name, digest: \.digest).isEmpty
        } catch {
            throw CommandFailure(error.description)
        }
    }

    /// The keys that were revoked and that `choice` names: what was delivered under them can be forgotten later, too.
    ///
    /// - Throws: `CommandFailure` where the beginning of a digest means several keys, or the keys cannot be read.
    package static func revokedKeys(
        named choice: String, in directory: Result<String, TransportError> = ownKeyDirectory()
    ) throws(CommandFailure) -> [WorkerKey] {
        let revoked: [RevokedKey]
        do throws(TransportError) {
            revoked = named(choice, among: try existing(in: directory).revokedKeys(), name: \.label, digest: \.worker)
        } catch {
            throw CommandFailure(error.description)
        }
        guard revoked.count < 2 || revoked.allSatisfy({ $0.label.rawValue == choice }) else {
            let candidates = revoked.map { "\($0.label) (\($0.worker))" }.joined(separator: ", ")
            throw CommandFailure("'\(choice)' means several: \(candidates); write more of the digest", exitCode: .usage)
        }
        return revoked.map(\.worker)
    }

    /// By name where it is one; else by the digests.
    private static func named<Entry>(
        _ choice: String, among entries: [Entry], name: (Entry) -> KeyName, digest: (Entry) -> KeyDigest
    ) -> [Entry] {
        let named = entries.filter { name($0).rawValue == choice }
        guard named.isEmpty, KeyDigest.isPrefix(choice) else { return named }
        return entries.filter { digest($0).rawValue.hasPrefix(choice) }
    }

    /// What a sweep keeps of who forgot results and why.
    package static func story(of reason: String?, by user: String = ownUserName()) -> String {
        reason.map { "revoked by \(user): \($0)" } ?? "revoked by \(user)"
    }
}
