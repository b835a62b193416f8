import Experiment
import Journal
import Reporting

extension JournalReader {
    /// Everything that the tables are made of, as of one instant: the same for a running sweep, its end and an export.
    public func report() throws -> Report {
        try read { snapshot in
            guard let plan = try snapshot.storedPlan() else {
                throw JournalError(.noPlan, path: "state.sqlite", "no sweep is in this directory")
            }
            let sweep: Sweep
            do {
                sweep = try Sweep(yaml: plan.text, file: "sweep.yaml")
            } catch {
                throw JournalError(.corrupt, path: "state.sqlite", "the stored sweep file cannot be read: \(error)")
            }
            var attempts: [AttemptRow] = []
            try snapshot.forEachAttempt { attempts.append(AttemptRow($1, of: $0)) }
            return Report(results: try snapshot.results(of: sweep), attempts: attempts)
        }
    }
}

extension AttemptRow {
    init(_ stored: StoredAttempt, of task: TaskID) {
        self.init(
            key: AttemptKey(task: task, attempt: stored.attempt), worker: stored.worker, host: stored.facts.host,
            kernels: stored.facts.kernels, started: stored.started, ended: stored.end?.at, seconds: stored.end?.seconds,
            outcome: stored.end?.outcome, reason: stored.end?.reason)
    }
}
