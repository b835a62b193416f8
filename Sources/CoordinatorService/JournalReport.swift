import Experiment
import Journal
import Reporting

extension JournalReader {
    /// What is stored of every task, without its gradients.
    public func results() throws -> SweepResults {
        try read { snapshot in
            guard let plan = try snapshot.storedPlan() else {
                throw JournalError(.noPlan, path: "state.sqlite", "no sweep is in this directory")
            }
            return try snapshot.results(of: try Self.sweep(of: plan), gradients: false)
        }
    }

    private static func sweep(of plan: StoredPlan) throws(JournalError) -> Sweep {
        do {
            return try Sweep(yaml: plan.text, file: "sweep.yaml")
        } catch {
            throw JournalError(.corrupt, path: "state.sqlite", "the stored sweep file cannot be read: \(error)")
        }
    }

    /// Everything that the tables are made of, as of one instant: the same for a running sweep, its end and an export.
    public func report() throws -> Report {
        try read { snapshot in
            guard let plan = try snapshot.storedPlan() else {
                throw JournalError(.noPlan, path: "state.sqlite", "no sweep is in this directory")
            }
            let sweep = try Self.sweep(of: plan)
            var differing: [AttemptKey: [Int]] = [:]
            for disagreement in try snapshot.disagreements() {
                let key = AttemptKey(task: disagreement.task, attempt: disagreement.deliveredBy)
                differing[key, default: []].append(disagreement.delivered.epoch)
            }
            var attempts: [AttemptRow] = []
            try snapshot.forEachAttempt { task, stored in
                let key = AttemptKey(task: task, attempt: stored.attempt)
                attempts.append(AttemptRow(stored, of: task, differingEpochs: differing[key] ?? []))
            }
            return Report(results: try snapshot.results(of: sweep), attempts: attempts)
        }
    }
}

extension AttemptRow {
    /// - Parameter differingEpochs: those that came out other than the committed records.
    init(_ stored: StoredAttempt, of task: TaskID, differingEpochs: [Int]) {
        let epochs = differingEpochs.map(String.init).joined(separator: ", ")
        let alarm = differingEpochs.isEmpty ? nil : "\(alarmMark) other bits than the committed ones in epoch \(epochs)"
        let reasons = [stored.end?.reason, alarm].compactMap { $0 }
        self.init(
            key: AttemptKey(task: task, attempt: stored.attempt), worker: stored.worker, host: stored.facts.host,
            kernels: stored.facts.kernels, started: stored.started, ended: stored.end?.at, seconds: stored.end?.seconds,
            outcome: stored.end?.outcome, reason: reasons.isEmpty ? nil : reasons.joined(separator: "; "))
    }
}
