import Experiment
import Journal
import Reporting
import Statistics

/// The journal of one instant as the source of tables, figures and pages: read as they are made, never as a whole.
public struct JournalReport: ReportSource {
    public let sweep: Sweep
    private let plan: StoredPlan
    private let snapshot: JournalSnapshot

    fileprivate init(_ plan: StoredPlan, _ snapshot: JournalSnapshot) throws(JournalError) {
        sweep = try plan.sweep()
        self.plan = plan
        self.snapshot = snapshot
    }

    /// In the order of dispatch.
    public var tasks: [SweepTask] { plan.tasks }

    /// Reads the records of a task, as `RecordSource` demands.
    ///
    /// - Throws: a `JournalError`, and what `body` throws.
    public func forEachRecord(
        of task: SweepTask, from epoch: Int, limit: Int, gradients: Bool, _ body: (EpochRecord) throws -> Void
    ) throws {
        try snapshot.forEachRecord(of: task, from: epoch, limit: limit, gradients: gradients, body)
    }

    /// Reads which images a task got right, as `RecordSource` demands.
    ///
    /// - Throws: a `JournalError`.
    public func outcomes(of task: SweepTask) throws -> ImageOutcomes? { try snapshot.outcomes(of: task) }

    /// Reads the attempts, as `ReportSource` demands.
    ///
    /// - Throws: a `JournalError`, and what `body` throws.
    public func forEachAttempt(_ body: (AttemptRow) throws -> Void) throws {
        let differing = try snapshot.differingEpochs()
        let liars = try snapshot.attemptsOfLiars()
        let replacements = Dictionary(grouping: try snapshot.replacements()) {
            AttemptKey(task: $0.task, attempt: $0.by)
        }
        try snapshot.forEachAttempt { task, stored in
            let key = AttemptKey(task: task, attempt: stored.attempt)
            let doubts = AttemptDoubts(
                differingEpochs: differing[key] ?? [], isLiar: liars.contains(key),
                replacements: replacements[key] ?? [])
            try body(AttemptRow(stored, of: task, doubts))
        }
    }
}

extension JournalReport {
    /// What the journal knows of the run besides its records.
    ///
    /// - Throws: a `JournalError`.
    public func runFacts() throws -> RunFacts? {
        try snapshot.state(knowing: plan).map { RunFacts($0, axes: sweep.axes) }
    }
}

extension JournalReader {
    /// Calls `body` with everything that the tables are made of, as of one instant: the same for a running sweep, its
    /// end and an export. Valid only inside.
    ///
    /// - Throws: what `body` throws; a `JournalError` where the journal itself fails.
    public func readReport<Value>(_ body: (JournalReport) throws -> Value) throws -> Value {
        var plan: StoredPlan?
        return try readReport(keeping: &plan, body)
    }

    /// - Parameter plan: kept from one call to the next; read where it is `nil` or another one than the journal's.
    /// - Throws: a `JournalError`, and what `body` throws.
    public func readReport<Value>(
        keeping plan: inout StoredPlan?, _ body: (JournalReport) throws -> Value
    ) throws -> Value {
        var known = plan
        defer { plan = known }
        return try read { snapshot in
            guard let current = try snapshot.storedPlan(knowing: known) else {
                throw JournalError(.noPlan, path: "state.sqlite", "no sweep is in this directory")
            }
            known = current
            return try body(JournalReport(current, snapshot))
        }
    }
}

/// What second executions found out of an attempt.
struct AttemptDoubts {
    /// Those that came out other than the committed records.
    var differingEpochs: [Int]
    /// Under a key that was found to lie.
    var isLiar: Bool
    /// Records whose place its own took.
    var replacements: [Replacement]

    /// For the reason of an attempt, a part for each.
    var reasons: [String] {
        var reasons: [String] = []
        if !replacements.isEmpty {
            let attempts = Set(replacements.map(\.replaced.rawValue)).sorted().map(String.init)
            reasons.append("its records took the place of those of attempt \(attempts.joined(separator: ", "))")
        }
        if !differingEpochs.isEmpty {
            let epochs = differingEpochs.map(String.init).joined(separator: ", ")
            reasons.append("\(alarmMark) other bits than the committed ones in epoch \(epochs)")
        }
        if isLiar { reasons.append("\(alarmMark) its key was found to lie") }
        return reasons
    }
}

extension AttemptRow {
    init(_ stored: StoredAttempt, of task: TaskID, _ doubts: AttemptDoubts) {
        let reasons = [stored.end?.reason].compactMap { $0 } + doubts.reasons
        self.init(
            key: AttemptKey(task: task, attempt: stored.attempt), worker: stored.worker, host: stored.facts.host,
            kernels: stored.facts.kernels, started: stored.started, ended: stored.end?.at, seconds: stored.end?.seconds,
            outcome: stored.end?.outcome, reason: reasons.isEmpty ? nil : reasons.joined(separator: "; "),
            build: stored.facts.build)
    }
}
