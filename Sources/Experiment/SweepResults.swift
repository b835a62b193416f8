import Statistics

/// The records of a sweep in memory: for one that is small enough.
public struct SweepResults: Sendable {
    public var sweep: Sweep
    /// All tasks of the sweep, in any order.
    public var tasks: [SweepTask]
    /// By epoch, ascending. A task that has not begun may be absent; one that runs has its first epochs.
    public var records: [TaskID: [EpochRecord]]

    public init(sweep: Sweep, tasks: [SweepTask], records: [TaskID: [EpochRecord]]) {
        self.sweep = sweep
        self.tasks = tasks
        self.records = records
    }
}

extension SweepResults: RecordSource {
    /// As `RecordSource` says.
    ///
    /// - Throws: what `body` throws.
    public func forEachRecord(
        of task: SweepTask, from epoch: Int, limit: Int, gradients: Bool, _ body: (EpochRecord) throws -> Void
    ) throws {
        for record in (records[task.id] ?? []).drop(while: { $0.epoch < epoch }).prefix(limit) {
            guard !gradients else {
                try body(record)
                continue
            }
            try body(EpochRecord(epoch: record.epoch, metrics: record.metrics))
        }
    }

    /// As `RecordSource` says.
    public func outcomes(of task: SweepTask) -> ImageOutcomes? { records[task.id]?.last?.outcomes }
}
