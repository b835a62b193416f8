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
    /// - Throws: `CommandFailure` where a sweep is named that there is not, or none is named and results are to be
    ///   forgotten and there is not exactly one.
    package static func run(named directory: String?, forgettingResults: Bool) throws(CommandFailure) -> ChosenRun? {
        guard forgettingResults else {
            // Its workers are meant by their names.
            if let directory { _ = try ChosenRun(named: directory).reader() }
            return nil
        }
        return try ChosenRun(named: directory)
    }

    /// What the workers of each key call themselves in sweeps.
    ///
    /// A sweep that cannot be read keeps nobody from being put out: it is passed over, and told of.
    ///
    /// - Parameters:
    ///   - directory: of one run, as `--out` has it; without it all runs under `parent` count.
    ///   - say: told of each sweep that could not be read, in a line.
    package static func workerNames(
        inRun directory: String?, under parent: String = "runs", say: (String) -> Void
    ) -> [WorkerKey: [WorkerID]] {
        var names: [WorkerKey: [WorkerID]] = [:]
        do throws(CommandFailure) {
            var runs: [ChosenRun] = []
            if let directory { runs = try [ChosenRun(named: directory)] } else { runs = try ChosenRun.all(in: parent) }
            for run in runs {
                do throws(CommandFailure) {
                    for (name, key) in try run.workerKeys() where names[key]?.contains(name) != true {
                        names[key, default: []].append(name)
                    }
                } catch {
                    say("warning: its workers' names are not known: \(error.message)")
                }
            }
        } catch {
            say("warning: no worker's name is known: \(error.message)")
        }
        return names
    }

    /// Puts a worker out, and lets everything be trained again elsewhere that it delivered to a sweep. Of a worker that
    /// was put out before, the results alone are forgotten.
    ///
    /// Nothing is changed where there is no such sweep. The key goes first: where the sweep cannot be asked or written
    /// then, the worker is out all the same, and the same command goes on with the rest.
    ///
    /// - Parameters:
    ///   - choice: a label, a worker's name, or the beginning of a key's digest.
    ///   - names: what workers call themselves, as `workerNames` reads it.
    ///   - run: the sweep.
    ///   - say: told, in a line each, what was done.
    ///   - ask: asks the sweep's coordinator; `nil` where none runs.
    /// - Throws: `CommandFailure` where there is no sweep, or not exactly one worker is meant; a `JournalError`.
    package static func revoke(
        _ choice: String, amongWorkers names: [WorkerKey: [WorkerID]] = [:], forgettingResultsIn run: ChosenRun,
        reason: String?, in directory: Result<String, TransportError> = ownKeyDirectory(),
        by user: String = ownUserName(), say: (String) -> Void,
        ask: (ChosenRun, SweepRequest) throws -> Int? = { try $0.askIfRunning($1) }
    ) throws {
        _ = try run.reader()
        let meant = try self.choice(choice, names, includingRevoked: true, in: directory)
        if meant.worker?.isRevoked != true {
            for line in try revoke(meant, reason: reason, in: directory, by: user) { say(line) }
        }
        guard let worker = meant.worker else {
            throw CommandFailure(
                "no worker came as \(choice), so there is nothing to forget; name a worker that sweep keys lists")
        }
        try run.forgetResults(of: [worker.key], because: story(of: reason, by: user), ask: ask).forEach(say)
    }

    /// What a sweep keeps of who forgot results and why.
    package static func story(of reason: String?, by user: String = ownUserName()) -> String {
        reason.map { "revoked by \(user): \($0)" } ?? "revoked by \(user)"
    }
}
