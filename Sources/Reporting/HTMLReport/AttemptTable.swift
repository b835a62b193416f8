import Experiment

/// `attempts.csv` as a report shows it: who computed what, where, and how it ended. Read row by row; what grows with
/// the number of executions is counted, and only the first rows are kept.
struct AttemptTable {
    struct Row {
        let task: String
        let number: String
        let worker: String
        let host: String
        let kernels: String
        let started: String
        let ended: String
        let seconds: Double?
        /// Empty while it runs, as is `ended`.
        let outcome: String
        let reason: String
        /// Empty in a table of version 0.1.
        let build: String
    }

    static let columns = firstColumns + ["build"]

    /// All that a table of version 0.1 has.
    private static let firstColumns = [
        "task", "attempt", "worker", "host", "kernels", "started", "ended", "seconds", "outcome", "reason",
    ]

    /// The first ones, and how many there are.
    private(set) var rows = FirstRows<Row>()
    /// What a second execution that gave other bits left in its reason.
    private(set) var alarms = FirstRows<Row>()
    /// The first start and the last end, in UTC.
    private(set) var span: (started: String, ended: String)?
    private var sharesByWorker: [String: Share] = [:]

    /// `nil` where there is no such table.
    init?(_ source: some TableSource) throws {
        let rows = TableRows(.attempts) { columns throws(TableFault) in
            guard [Self.columns, Self.firstColumns].contains(columns) else {
                throw TableFault(
                    "the columns are not those of sweep: \(Self.columns.joined(separator: ","))",
                    file: ReportFile.attempts.rawValue, line: 1)
            }
        }
        var table = Self()
        guard
            try rows.read(
                source,
                { row throws(TableFault) in
                    table.add(
                        Row(
                            task: row.text(0), number: row.text(1), worker: row.foreign(2), host: row.foreign(3),
                            kernels: row.foreign(4), started: row.text(5), ended: row.text(6),
                            seconds: try row.optionalNumber(7), outcome: row.text(8), reason: row.foreign(9),
                            build: row.columns.count > 10 ? row.foreign(10) : ""))
                })
        else { return nil }
        self = table
    }

    private init() {}

    private mutating func add(_ row: Row) {
        rows.add(row)
        if row.reason.contains(alarmMark) { alarms.add(row) }
        let known = span ?? (row.started, row.ended)
        span = (min(known.started, row.started), max(known.ended, row.ended))
        var share = sharesByWorker[row.worker] ?? Share(worker: row.worker, host: row.host, kernels: row.kernels)
        share.attempts += 1
        share.completed += row.outcome == "completed" ? 1 : 0
        share.seconds += row.seconds ?? 0
        share.add(build: row.build)
        sharesByWorker[row.worker] = share
    }

    /// One worker's part in the sweep.
    struct Share {
        let worker: String
        let host: String
        let kernels: String
        var attempts = 0
        var completed = 0
        var seconds = 0.0
        /// More than one where the worker was started again with another program. A worker may say anything, so only
        /// some are kept.
        private(set) var builds: Set<String> = []

        private static let buildLimit = 3

        mutating func add(build: String) {
            if !build.isEmpty, builds.count <= Self.buildLimit { builds.insert(build) }
        }

        var buildText: String {
            let shown = builds.sorted().prefix(Self.buildLimit) + (builds.count > Self.buildLimit ? ["…"] : [])
            return shown.isEmpty ? "–" : shown.joined(separator: ", ")
        }
    }

    /// By host and worker.
    var shares: [Share] { sharesByWorker.values.sorted { ($0.host, $0.worker) < ($1.host, $1.worker) } }
}

/// The beginning of an alarm among an attempt's reasons.
public let alarmMark = "ALARM:"
