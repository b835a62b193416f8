import Experiment

/// All that the tables are made of, at one moment. Each table is a function of this value alone, and all but
/// `attempts.csv` of `results` alone.
public struct Report: Sendable {
    public var results: SweepResults
    /// In the order of the rows: by task in the order of dispatch, then by number.
    public var attempts: [AttemptRow]

    public init(results: SweepResults, attempts: [AttemptRow]) {
        self.results = results
        self.attempts = attempts
    }

    /// The content of a file, in UTF-8; `nil` where this sweep has no such file.
    public func content(of file: ReportFile) -> [UInt8]? {
        switch file {
        case .epochs: results.epochsCSV()
        case .aggregate: results.aggregateCSV()
        case .final: results.finalCSV()
        case .comparison: results.comparisonCSV()
        case .gradientNorms: results.capturesGradients ? results.gradientNormsCSV() : nil
        case .layerGradients: results.capturesGradients ? results.layerGradientsCSV() : nil
        case .attempts: attemptsCSV()
        }
    }

    /// `task,attempt,worker,host,kernels,started,ended,seconds,outcome,reason`; instants in UTC.
    private func attemptsCSV() -> [UInt8] {
        var table = CSVText(columns: AttemptTable.columns)
        for row in attempts {
            table.field(row.key.task.rawValue)
            table.field(row.key.attempt.rawValue)
            table.field(row.worker.rawValue)
            table.field(row.host)
            table.field(row.kernels)
            table.field(timestamp(row.started))
            table.field(row.ended.map(timestamp) ?? "")
            table.field(row.seconds)
            table.field(row.outcome?.rawValue ?? "")
            table.field(row.reason ?? "")
            table.endRow()
        }
        return table.bytes
    }
}

extension SweepResults {
    var capturesGradients: Bool { tasks.contains { $0.parameters.captureGradients } }
}
