import Statistics

/// Where the records of a sweep are read from, task by task: a journal, or a value in memory.
///
/// All tables and figures are made of a source alone, so none of them can depend on who trained what, or when. Whoever
/// reads keeps what it needs of a record and lets go of the rest: a sweep may have more records than fit into memory.
public protocol RecordSource {
    var sweep: Sweep { get }
    /// All tasks of the sweep, in any order.
    var tasks: [SweepTask] { get }

    /// Calls `body` with the stored records of a task by epoch, ascending: those from `epoch` on, at most `limit`.
    ///
    /// - Parameter gradients: without them the records have the metrics alone; nothing else is read.
    /// - Throws: what `body` throws, and where the records cannot be read.
    func forEachRecord(
        of task: SweepTask, from epoch: Int, limit: Int, gradients: Bool, _ body: (EpochRecord) throws -> Void
    ) throws

    /// Which test images the task got right after its last epoch; `nil` while that is not stored, and where an earlier
    /// version trained it.
    ///
    /// - Throws: where it cannot be read.
    func outcomes(of task: SweepTask) throws -> ImageOutcomes?
}

extension RecordSource {
    /// All records of a task, without their gradients unless they are asked for.
    ///
    /// - Throws: what the other `forEachRecord` throws.
    public func forEachRecord(
        of task: SweepTask, gradients: Bool = false, _ body: (EpochRecord) throws -> Void
    ) throws {
        try forEachRecord(of: task, from: 1, limit: .max, gradients: gradients, body)
    }

    /// The tasks by point and seed, in the order of the tables' rows: points ascending, then seeds ascending.
    public func tasksByPoint() -> [PointTasks] {
        let tasksByValues = Dictionary(grouping: tasks) { sweep.values(of: $0.parameters) }
        return sweep.points.sorted().map { point in
            let tasks = tasksByValues[point.values, default: []]
            return PointTasks(point: point, tasks: tasks.sorted { $0.parameters.seed < $1.parameters.seed })
        }
    }
}

/// All tasks of one point.
public struct PointTasks: Sendable {
    public let point: Point
    /// By seed, ascending.
    public let tasks: [SweepTask]
}
