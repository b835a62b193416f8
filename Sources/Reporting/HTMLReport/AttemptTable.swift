/// `attempts.csv` as a report shows it: who computed what, where, and how it ended.
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
    }

    static let columns = [
        "task", "attempt", "worker", "host", "kernels", "started", "ended", "seconds", "outcome", "reason",
    ]

    private(set) var rows: [Row] = []

    init(_ bytes: [UInt8]) throws(TableFault) {
        let reader = try CSVReader(bytes, file: ReportFile.attempts.rawValue)
        guard reader.columns == Self.columns else {
            throw TableFault(
                "the columns are not those of sweep: \(Self.columns.joined(separator: ","))", file: reader.file, line: 1
            )
        }
        try reader.forEachRow { row throws(TableFault) in
            rows.append(
                Row(
                    task: row.text(0), number: row.text(1), worker: row.text(2), host: row.text(3),
                    kernels: row.text(4), started: row.text(5), ended: row.text(6),
                    seconds: try row.optionalNumber(7), outcome: row.text(8), reason: row.text(9)))
        }
    }

    /// One worker's part in the sweep.
    struct Share {
        let worker: String
        let host: String
        let kernels: String
        var attempts = 0
        var completed = 0
        var seconds = 0.0
    }

    /// By host and worker.
    var shares: [Share] {
        var shares: [String: Share] = [:]
        for row in rows {
            let start = Share(worker: row.worker, host: row.host, kernels: row.kernels)
            shares[row.worker, default: start].attempts += 1
            shares[row.worker]!.completed += row.outcome == "completed" ? 1 : 0
            shares[row.worker]!.seconds += row.seconds ?? 0
        }
        return shares.values.sorted { ($0.host, $0.worker) < ($1.host, $1.worker) }
    }

    /// What a second execution that gave other bits left in its reason.
    var alarms: [Row] { rows.filter { $0.reason.contains(alarmMark) } }

    /// The first start and the last end, in UTC.
    var span: (started: String, ended: String)? {
        guard let started = rows.map(\.started).min() else { return nil }
        return (started, rows.map(\.ended).max() ?? "")
    }
}

/// The beginning of an alarm among an attempt's reasons.
public let alarmMark = "ALARM:"
