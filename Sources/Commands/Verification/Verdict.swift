import CommandOutput
import Experiment
import Verification

/// What a check came to, for people and for programs.
package struct Verdict: Sendable, Equatable {
    /// How many were made again, and are the same bytes.
    package var tables: Int
    /// With a record.
    package var tasks: Int
    /// Of all tasks.
    package var publishedRecords: Int
    /// Those that came out equal, in the order of training.
    package var retrained: [TaskID] = []
    /// Of these.
    package var records = 0
    /// With which they were chosen; `nil` where none was.
    package var seed: UInt64?
    /// Whether no host of this name took part in the sweep.
    package var isElsewhere: Bool
    package var findings: [String] = []
    /// What came out different first.
    package var difference: String?

    package init(tables: Int, tasks: Int, publishedRecords: Int, isElsewhere: Bool) {
        self.tables = tables
        self.tasks = tasks
        self.publishedRecords = publishedRecords
        self.isElsewhere = isElsewhere
    }

    package var isEqual: Bool { findings.isEmpty && difference == nil }

    /// That every table follows from the records.
    package var tablesLine: String {
        "every one of \(counted(tables, "table")) equals, byte for byte, what "
            + "\(counted(publishedRecords, "record")) of \(counted(tasks, "task")) give"
    }

    /// The line to quote.
    package var line: String {
        guard !retrained.isEmpty else { return tablesLine }
        let place = isElsewhere ? "another host" : "this host"
        return "\(retrained.count) of \(counted(tasks, "task")) retrained on \(place): every one of "
            + "\(counted(records, "record")) equal"
    }

    /// What the command prints at its end, besides what it said of each task; `nil` for nothing. People have read the
    /// line on the tables, or the findings, before.
    ///
    /// - Throws: as `json`.
    package func lastLine(_ format: OutputFormat) throws -> String? {
        switch format {
        case .json: try json()
        case .text: isEqual && !retrained.isEmpty ? line : nil
        }
    }

    /// One object.
    ///
    /// - Throws: as `jsonText`, which takes all of these.
    package func json() throws -> String { try jsonText(Fields(self)) }
}

/// The declared keys of `sweep verify --format json`.
private struct Fields: Encodable {
    var equal: Bool
    var tables: Int
    var tasks: Int
    var publishedRecords: Int
    var retrained: [String]
    var records: Int
    var seed: UInt64?
    var anotherHost: Bool
    var findings: [String]
    var difference: String?

    init(_ verdict: Verdict) {
        equal = verdict.isEqual
        tables = verdict.tables
        tasks = verdict.tasks
        publishedRecords = verdict.publishedRecords
        retrained = verdict.retrained.map(\.rawValue)
        records = verdict.records
        seed = verdict.seed
        anotherHost = verdict.isElsewhere
        findings = verdict.findings
        difference = verdict.difference
    }
}
