import Experiment
import Statistics

/// All that the tables are made of, at one moment. Each table is a function of it alone, and all but `attempts.csv` of
/// the records alone.
public protocol ReportSource: RecordSource, TableSource {
    /// Calls `body` for each execution in the order of the rows: by task in the order of dispatch, then by number.
    ///
    /// - Throws: what `body` throws, and a fault of where the executions are kept.
    func forEachAttempt(_ body: (AttemptRow) throws -> Void) throws
}

/// A report in memory: for a sweep that is small enough.
public struct Report: Sendable {
    public var results: SweepResults
    /// In the order of the rows.
    public var attempts: [AttemptRow]

    public init(results: SweepResults, attempts: [AttemptRow]) {
        self.results = results
        self.attempts = attempts
    }
}

extension Report: ReportSource {
    public var sweep: Sweep { results.sweep }
    public var tasks: [SweepTask] { results.tasks }

    /// As `RecordSource` says.
    ///
    /// - Throws: what `body` throws.
    public func forEachRecord(
        of task: SweepTask, from epoch: Int, limit: Int, gradients: Bool, _ body: (EpochRecord) throws -> Void
    ) throws {
        try results.forEachRecord(of: task, from: epoch, limit: limit, gradients: gradients, body)
    }

    /// As `RecordSource` says.
    public func outcomes(of task: SweepTask) -> ImageOutcomes? { results.outcomes(of: task) }

    /// As `ReportSource` says.
    ///
    /// - Throws: what `body` throws.
    public func forEachAttempt(_ body: (AttemptRow) throws -> Void) throws { try attempts.forEach(body) }
}

extension ReportSource {
    /// Makes a table row by row as its records are read, and passes it on in UTF-8. Only `comparison.csv` and
    /// `summary.csv` keep anything, what each finished task came to, and those of images what the runs of two points
    /// got right.
    ///
    /// - Throws: what `pass` throws, and what reading a record or an execution throws.
    public func read(_ file: ReportFile, _ pass: @escaping ([UInt8]) throws -> Void) throws -> Bool {
        var memory = TableMemory()
        return try read(file, remembering: &memory, pass)
    }

    /// The same bytes, sooner where rows are remembered.
    func read(
        _ file: ReportFile, remembering memory: inout TableMemory, _ pass: @escaping ([UInt8]) throws -> Void
    ) throws -> Bool {
        guard has(file) else { return false }
        switch file {
        case .epochs: try writeEpochs(to: pass)
        case .aggregate: try writeAggregates(to: pass)
        case .final: try writeFinals(to: pass)
        case .comparison: try writeComparisons(remembering: &memory.comparisons, to: pass)
        case .summary: try writeSummaries(remembering: &memory.summaries, to: pass)
        case .noise: try writeNoise(to: pass)
        case .noiseComparison: try writeNoiseComparisons(remembering: &memory.imageNoise, to: pass)
        case .agreement: try writeAgreements(to: pass)
        case .gradientNorms: try writeGradientNorms(to: pass)
        case .layerGradients: try writeLayerGradients(to: pass)
        case .attempts: try writeAttempts(to: pass)
        }
        return true
    }

    /// Whether this sweep has such a table.
    func has(_ file: ReportFile) -> Bool {
        switch file {
        case .gradientNorms, .layerGradients: capturesGradients
        case .epochs, .aggregate, .final, .comparison, .summary, .noise, .noiseComparison, .agreement, .attempts: true
        }
    }

    /// `task,attempt,worker,host,kernels,started,ended,seconds,outcome,reason,build`; instants in UTC.
    private func writeAttempts(to pass: @escaping ([UInt8]) throws -> Void) throws {
        var table = try CSVText(columns: AttemptTable.columns, to: pass)
        try forEachAttempt { row in
            table.field(row.key.task.rawValue)
            table.field(row.key.attempt.rawValue)
            table.foreign(row.worker.rawValue)
            table.foreign(row.host)
            table.foreign(row.kernels)
            table.field(timestamp(row.started))
            table.field(row.ended.map(timestamp) ?? "")
            table.field(row.seconds)
            table.field(row.outcome?.rawValue ?? "")
            table.foreign(row.reason ?? "")
            table.foreign(row.build)
            try table.endRow()
        }
        try table.end()
    }
}

extension RecordSource {
    var capturesGradients: Bool { tasks.contains { $0.parameters.captureGradients } }
}
