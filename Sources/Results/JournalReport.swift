import Experiment
import Journal
import Reporting

/// The journal of one instant as the source of tables, figures and pages: read as they are made, never as a whole.
public struct JournalReport: ReportSource {
    public let sweep: Sweep
    /// In the order of dispatch.
    public let tasks: [SweepTask]
    private let snapshot: JournalSnapshot

    fileprivate init(_ plan: ReportedPlan, _ snapshot: JournalSnapshot) {
        (sweep, tasks) = (plan.sweep, plan.tasks)
        self.snapshot = snapshot
    }

    /// As `RecordSource` says.
    ///
    /// - Throws: a `JournalError`, and what `body` throws.
    public func forEachRecord(
        of task: SweepTask, from epoch: Int, limit: Int, gradients: Bool, _ body: (EpochRecord) throws -> Void
    ) throws {
        try snapshot.forEachRecord(of: task.id, from: epoch, limit: limit, gradients: gradients, body)
    }

    /// As `ReportSource` says.
    ///
    /// - Throws: a `JournalError`, and what `body` throws.
    public func forEachAttempt(_ body: (AttemptRow) throws -> Void) throws {
        let differing = try snapshot.differingEpochs()
        try snapshot.forEachAttempt { task, stored in
            let key = AttemptKey(task: task, attempt: stored.attempt)
            try body(AttemptRow(stored, of: task, differingEpochs: differing[key] ?? []))
        }
    }
}

extension JournalReport {
    /// What the journal knows of the run besides its records.
    ///
    /// - Throws: a `JournalError`.
    public func runFacts() throws -> RunFacts? { try snapshot.state().map { RunFacts($0, axes: sweep.axes) } }
}

/// The plan of a journal, decoded once for all reports that are made of it.
public struct ReportedPlan: Sendable {
    fileprivate let sweep: Sweep
    fileprivate let tasks: [SweepTask]
    private let text: String

    /// Decodes the plan.
    ///
    /// - Throws: a `JournalError` of code `corrupt` where the stored sweep file is none.
    public init(_ plan: StoredPlan) throws(JournalError) {
        do {
            sweep = try Sweep(yaml: plan.text, file: "sweep.yaml")
        } catch {
            throw JournalError(.corrupt, path: "state.sqlite", "the stored sweep file cannot be read: \(error)")
        }
        tasks = plan.tasks
        text = plan.text
    }

    fileprivate init(_ snapshot: JournalSnapshot) throws {
        guard let plan = try snapshot.storedPlan() else {
            throw JournalError(.noPlan, path: "state.sqlite", "no sweep is in this directory")
        }
        try self.init(plan)
    }

    fileprivate func isCurrent(in snapshot: JournalSnapshot) throws -> Bool {
        guard let stored = try snapshot.planSummary() else { return false }
        return stored.text == text && stored.taskCount == tasks.count
    }
}

extension JournalReader {
    /// Calls `body` with everything that the tables are made of, as of one instant: the same for a running sweep, its
    /// end and an export. Valid only inside.
    ///
    /// - Throws: what `body` throws; a `JournalError` where the journal itself fails.
    public func readReport<Value>(_ body: (JournalReport) throws -> Value) throws -> Value {
        var plan: ReportedPlan?
        return try readReport(keeping: &plan, body)
    }

    /// - Parameter plan: kept from one call to the next; decoded where it is `nil` or another one than the journal's.
    /// - Throws: a `JournalError`, and what `body` throws.
    public func readReport<Value>(
        keeping plan: inout ReportedPlan?, _ body: (JournalReport) throws -> Value
    ) throws -> Value {
        var known = plan
        defer { plan = known }
        return try read { snapshot in
            if try known?.isCurrent(in: snapshot) != true { known = try ReportedPlan(snapshot) }
            return try body(JournalReport(known!, snapshot))
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
