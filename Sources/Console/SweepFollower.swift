import Experiment
import Status

/// Makes views of the snapshots of a running coordinator, each of which goes on from the one before.
struct SweepFollower {
    let names: TaskNames
    private var scoreboard: Scoreboard
    /// How many epochs are stored of a task, by its ordinal.
    private var epochs: [Int: Int] = [:]

    /// - Parameter source: what was stored before.
    init(_ source: some RecordSource) throws {
        names = TaskNames(axes: source.sweep.axes)
        scoreboard = try Scoreboard(source)
    }

    mutating func add(_ record: EpochRecord, of task: SweepTask) {
        scoreboard.add(record, of: task)
    }

    /// Every snapshot must come here, also one that is not shown.
    mutating func follow(_ snapshot: SweepSnapshot) {
        for change in snapshot.changedTasks { epochs[change.ordinal] = change.status.epochs }
    }

    mutating func view(of snapshot: SweepSnapshot) -> SweepView {
        SweepView(
            progress: snapshot.progress, workers: snapshot.workers.map { view(of: $0, snapshot.tasks) },
            best: scoreboard.best())
    }

    private func view(of worker: WorkerStatus, _ tasks: [SweepTask]) -> SweepView.Worker {
        SweepView.Worker(
            name: worker.id.rawValue, host: worker.facts?.host ?? "", trouble: worker.trouble, rate: worker.rate,
            tasks: worker.attempts.map { attempt in
                let task = tasks[attempt.ordinal]
                return attempt.isAudit
                    ? names.name(task) + " audit" : names.name(task, epochs: epochs[attempt.ordinal] ?? 0)
            })
    }
}

extension SweepView {
    /// A single snapshot that has everything.
    ///
    /// - Parameter records: what is stored by now.
    /// - Throws: what `records` throws.
    public init(_ snapshot: SweepSnapshot, records: some RecordSource) throws {
        var follower = try SweepFollower(records)
        follower.follow(snapshot)
        self = follower.view(of: snapshot)
    }
}

extension WorkerStatus {
    fileprivate var trouble: String? {
        switch standing {
        case .live: isDrained ? "drained" : silence > .seconds(5) ? "silent for \(clockText(silence))" : nil
        case .expected: "not back yet"
        case .leaving: "leaving"
        case .quarantined: "quarantined"
        case .lost: "lost, last heard of \(clockText(silence)) ago"
        }
    }
}
