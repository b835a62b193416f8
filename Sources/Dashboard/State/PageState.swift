import Experiment
import Foundation
import Notices
import Status

/// Everything that the page shows, and nothing else: a value that follows the coordinator's snapshots and notices.
///
/// It is no `SweepSnapshot`, which names only the tasks that changed since the one before: a browser that connects
/// later gets all tasks, and the page's curves and log are in no snapshot.
package struct PageState: Sendable {
    /// How many lines of the log are shown.
    package static let logLimit = 50

    package struct LogLine: Sendable {
        package var at: Date
        package var text: String
        package var isAlarm: Bool
    }

    /// What a change touched.
    package struct Touched: Sendable {
        /// Places in the map. Without meaning where `everything` is set.
        package var cells: Set<Int> = []
        package var curves = false
        /// The plan is another one, so every place is.
        package var everything = false

        package init(curves: Bool = false) {
            self.curves = curves
        }

        mutating func add(_ other: Touched) {
            cells.formUnion(other.cells)
            curves = curves || other.curves
            everything = everything || other.everything
        }
    }

    let name: String
    /// The run directory, for people.
    let directory: String
    let axes: [Hyperparameter]
    /// Counts the changes.
    private(set) var version = 0
    package private(set) var tasks: [SweepTask] = []
    package private(set) var layout: SweepLayout
    /// By ordinal.
    package private(set) var statuses: [TaskStatus] = []
    /// By row of the layout.
    package private(set) var curves: [Curve]
    private(set) var progress = SweepProgress()
    private(set) var elapsed = Duration.zero
    private(set) var workers: [WorkerStatus] = []
    private(set) var ending: SweepEnding?
    /// The oldest first.
    package private(set) var log: [LogLine] = []
    private var ordinals: [TaskID: Int] = [:]

    /// - Parameter source: what was stored before the first notice.
    /// - Throws: what reading the source's records throws.
    package init(_ source: some RecordSource, directory: String) throws {
        name = source.sweep.name
        axes = source.sweep.axes
        self.directory = directory
        layout = SweepLayout(axes: axes, tasks: [])
        curves = []
        plan(source.tasks)
        for task in source.tasks {
            try source.forEachRecord(of: task) { add($0.metrics, epoch: $0.epoch, of: task.id) }
            log.removeFirst(max(0, log.count - Self.logLimit))
        }
    }

    /// The words for how the sweep stands.
    var standing: String {
        ending == .finished && progress.tasks.failed > 0 ? "finished with failed tasks" : word
    }

    /// How the sweep stands, in one word for programs.
    var word: String { ending?.rawValue ?? (progress.isPaused ? "paused" : "running") }

    var capturesGradients: Bool { tasks.contains { $0.parameters.captureGradients } }

    package mutating func apply(_ changes: PageChanges) -> Touched {
        var touched = Touched()
        version += 1
        defer { log.removeFirst(max(0, log.count - Self.logLimit)) }
        for record in changes.records {
            add(record.metrics, epoch: record.epoch, of: record.task)
            touched.curves = true
        }
        for (date, notice) in changes.notices {
            log.append(LogLine(at: date, text: notice.text, isAlarm: notice.weight == .alarm))
        }
        for snapshot in changes.snapshots {
            follow(snapshot, &touched)
        }
        return touched
    }

    private mutating func follow(_ snapshot: SweepSnapshot, _ touched: inout Touched) {
        progress = snapshot.progress
        elapsed = snapshot.elapsed
        workers = snapshot.workers
        ending = snapshot.ending
        if snapshot.tasks.count != tasks.count {
            plan(snapshot.tasks)
            touched.everything = true
        }
        for change in snapshot.changedTasks where statuses[change.ordinal] != change.status {
            statuses[change.ordinal] = change.status
            touched.cells.insert(layout.cells[change.ordinal])
        }
    }

    /// Takes another plan: rows and columns may move, so what is known is put where it belongs now.
    private mutating func plan(_ tasks: [SweepTask]) {
        let known = Dictionary(uniqueKeysWithValues: zip(layout.rows.map(\.values), curves))
        let statuses = Dictionary(uniqueKeysWithValues: zip(self.tasks.map(\.id), self.statuses))
        self.tasks = tasks
        layout = SweepLayout(axes: axes, tasks: tasks)
        ordinals = Dictionary(uniqueKeysWithValues: zip(tasks.map(\.id), 0...))
        self.statuses = tasks.map { statuses[$0.id] ?? TaskStatus() }
        curves = layout.rows.map { known[$0.values] ?? Curve() }
    }

    private mutating func add(_ metrics: EpochMetrics, epoch: Int, of task: TaskID) {
        guard let ordinal = ordinals[task] else { return }
        // A journal may hold any number; a curve has places for the epochs of its tasks alone.
        guard (1...tasks[ordinal].parameters.epochs).contains(epoch) else {
            let epochs = tasks[ordinal].parameters.epochs
            let text = "Epoch \(epoch) of task \(task) is none of its \(epochs): not shown here."
            return log.append(LogLine(at: Date(), text: text, isAlarm: true))
        }
        curves[layout.row(of: ordinal)].add(metrics, epoch: epoch)
    }
}

/// What the coordinator said since the page was last brought up to date, in order.
///
/// Bounded, should the page be held up: by the records of the plan, the lines of the log, and a few snapshots, of which
/// later ones are made one. The coordinator's thread adds to it and does nothing else for the page.
package struct PageChanges: Sendable {
    package struct Record: Sendable {
        var task: TaskID
        var epoch: Int
        var metrics: EpochMetrics
    }

    package private(set) var snapshots: [SweepSnapshot] = []
    package private(set) var records: [Record] = []
    package private(set) var notices: [(Date, SweepNotice)] = []

    package init() {}

    private static let snapshotLimit = 64

    package mutating func add(_ snapshot: SweepSnapshot) {
        guard snapshots.count == Self.snapshotLimit else { return snapshots.append(snapshot) }
        var merged = snapshot
        let newer = Set(snapshot.changedTasks.map(\.ordinal))
        merged.changedTasks += snapshots.removeLast().changedTasks.filter { !newer.contains($0.ordinal) }
        snapshots.append(merged)
    }

    package mutating func add(_ notice: SweepNotice, at date: Date) {
        switch notice {
        case .epochStored(let task, let record, _):
            records.append(Record(task: task.id, epoch: record.epoch, metrics: record.metrics))
        default:
            notices.append((date, notice))
            if notices.count > PageState.logLimit { notices.removeFirst() }
        }
    }
}
