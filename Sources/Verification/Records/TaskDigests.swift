import Crypto
import Experiment
import Reporting
import Statistics

/// `records.csv`: a digest for the records of each task, in the order of the tables' rows.
package struct TaskDigests: Sendable, Equatable {
    package struct Row: Sendable, Equatable {
        package let task: TaskID
        /// With a record.
        package let epochs: Int
        package let digest: ContentDigest
    }

    package private(set) var rows: [Row] = []

    init() {}

    /// Of everything that `source` has.
    ///
    /// - Parameter onTask: told how many tasks are done, now and then.
    /// - Throws: where its records cannot be read.
    package init(of source: some RecordSource, onTask: (Int) -> Void = { _ in }) throws {
        for entry in source.tasksByPoint() {
            for task in entry.tasks {
                rows.append(try Self.row(of: task, source))
                if rows.count.isMultiple(of: 50) { onTask(rows.count) }
            }
        }
    }

    private static func row(of task: SweepTask, _ source: some RecordSource) throws -> Row {
        var epochs = 0
        try source.forEachRecord(of: task) { _ in epochs += 1 }
        return Row(task: task.id, epochs: epochs, digest: try recordDigest(of: task, in: source))
    }

    package var recordCount: Int { rows.reduce(0) { $0 + $1.epochs } }

    /// `task,epochs,sha256`.
    package var text: String {
        "task,epochs,sha256\n" + rows.map { "\($0.task),\($0.epochs),\($0.digest.rawValue)\n" }.joined()
    }

    /// Where a table says otherwise, by the lines of the table.
    ///
    /// - Parameters:
    ///   - limit: of lines.
    ///   - name: what a task is called, and where its records are.
    package func differences(from table: String, limit: Int, name: (TaskID) -> String?) -> [Finding] {
        let own = text.split(separator: "\n", omittingEmptySubsequences: false)
        let other = table.split(separator: "\n", omittingEmptySubsequences: false)
        var findings: [Finding] = []
        for place in 0..<max(own.count, other.count) where findings.count < limit {
            let expected = place < own.count ? own[place] : "", found = place < other.count ? other[place] : ""
            guard expected != found else { continue }
            let reason = reason(at: place, found, name) ?? "is \(shown(found)), and the tables give \(shown(expected))"
            findings.append(Finding(BundleFile.records.name, line: place + 1, reason))
        }
        return findings
    }

    /// Of a line for the same task; `nil` of any other.
    private func reason(at place: Int, _ found: Substring, _ name: (TaskID) -> String?) -> String? {
        let fields = found.split(separator: ",", omittingEmptySubsequences: false)
        guard place > 0, place <= rows.count, case let row = rows[place - 1], fields.count == 3,
            fields[0] == row.task.rawValue, let task = name(row.task)
        else { return nil }
        guard fields[1] == "\(row.epochs)" else {
            return "says \(shown(fields[1])) epochs of \(task) and there are \(row.epochs)"
        }
        return "the records of \(task) have the SHA-256 \(row.digest.rawValue), and this line says another one"
    }
}

/// The SHA-256 of what a task reported, the same in every sweep that has the task: of the tables of its records, one
/// behind the other, as a sweep of this task alone has them, and of its digits in the table of outcomes.
///
/// - Throws: where its records cannot be read.
package func recordDigest(of task: SweepTask, in source: some RecordSource) throws -> ContentDigest {
    var hash = SHA256()
    let alone = TaskAlone(task, source)
    for file in ReportFile.ofRecords {
        _ = try alone.read(file) { hash.update(data: $0) }
    }
    if let outcomes = try source.outcomes(of: task) { hash.update(data: Array("\(hexText(outcomes.bytes))\n".utf8)) }
    return ContentDigest(hash)
}

/// One task of a source as a sweep of its own, which has no axes.
private struct TaskAlone<Source: RecordSource>: ReportSource {
    let sweep: Sweep
    let tasks: [SweepTask]
    private let source: Source

    init(_ task: SweepTask, _ source: Source) {
        self.source = source
        tasks = [task]
        sweep = Sweep(
            name: source.sweep.name, data: task.data, axes: [], seeds: [task.parameters.seed],
            points: [Point(axes: [], values: [], constants: task.parameters)])
    }

    func forEachRecord(
        of task: SweepTask, from epoch: Int, limit: Int, gradients: Bool, _ body: (EpochRecord) throws -> Void
    ) throws {
        try source.forEachRecord(of: task, from: epoch, limit: limit, gradients: gradients, body)
    }

    func outcomes(of task: SweepTask) throws -> ImageOutcomes? { try source.outcomes(of: task) }

    func forEachAttempt(_ body: (AttemptRow) throws -> Void) throws {}
}
