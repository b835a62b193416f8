/// What is known of a sweep at one moment: its plan and the records that are stored.
///
/// All tables and figures are functions of this value alone, so none of them can depend on who trained what, or when.
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

/// One task of a point, with what is stored of it.
public struct SeedRun: Sendable {
    public let seed: Int
    public let task: SweepTask
    /// By epoch, ascending.
    public let records: [EpochRecord]

    /// The record of the task's last epoch; `nil` while it is not finished.
    public var finalRecord: EpochRecord? {
        records.last.flatMap { $0.epoch == task.parameters.epochs ? $0 : nil }
    }

    /// The highest validation accuracy over the epochs; `nil` while the task is not finished.
    public var bestValAccuracy: Double? {
        finalRecord == nil ? nil : records.map(\.metrics.valAccuracy).max()
    }
}

/// All tasks of one point.
public struct PointRuns: Sendable {
    public let point: Point
    /// By seed, ascending.
    public let runs: [SeedRun]
}

extension SweepResults {
    /// The tasks by point and seed, in the order of the tables' rows: points ascending, then seeds ascending.
    public func pointRuns() -> [PointRuns] {
        let tasksByValues = Dictionary(grouping: tasks) { sweep.values(of: $0.parameters) }
        return sweep.points.sorted().map { point in
            let runs = tasksByValues[point.values, default: []].map { task in
                SeedRun(seed: task.parameters.seed, task: task, records: records[task.id] ?? [])
            }
            return PointRuns(point: point, runs: runs.sorted { $0.seed < $1.seed })
        }
    }
}
