import Experiment
import Foundation
import Journal
import Reporting
import Results
import TestSupport
import Testing

/// The tables of a journal.
struct JournalReportTests {
    private static let digest = DataDigest(rawValue: String(repeating: "0a", count: 32))!
    private static let yaml = """
        name: stored
        data: shapes
        grid:
          norm: [ln, bn]
          learning_rate: [0.5, 1e-30]
          seed: [4294967295, 0, 7]
        train:
          epochs: 3
          capture_gradients: true

        """

    private let temporary = TemporaryDirectory()
    private var directory: String { temporary.file("run") }

    private static let metrics: [Double] = [
        1e300, -1e300, .greatestFiniteMagnitude, -.greatestFiniteMagnitude, .leastNonzeroMagnitude, 0, -0.0, -1, 250,
    ]

    private func records(of ordinal: Int) -> [EpochRecord] {
        [1, 2, 3].prefix(ordinal % 4).enumerated().map { index, epoch in
            func metric(_ offset: Int) -> Double {
                Self.metrics[(ordinal * 7 + index * 3 + offset) % Self.metrics.count]
            }
            let metrics = EpochMetrics(
                trainLoss: metric(0), valLoss: metric(1), trainAccuracy: metric(2), valAccuracy: metric(3))
            return EpochRecord(
                epoch: epoch, metrics: metrics, gradientNorms: [.infinity, metric(0), .nan],
                layerGradients: [LayerGradientSample(layer: "conv1", values: [.greatestFiniteMagnitude, -0.0, .nan])])
        }
    }

    /// Read by cursor, task by task, they are the bytes that the same records give in memory; and a reader of any of
    /// them comes to its end.
    @Test func `the tables of a journal are those of its records in memory, whatever these are`() throws {
        let sweep = try Sweep(yaml: Self.yaml, file: "s.yaml")
        let tasks = sweep.tasks(dataDigest: Self.digest)
        let plan = StoredPlan(sweep: sweep, text: Self.yaml, dataDigest: Self.digest)
        let journal = try Journal.open(in: RunDirectory(path: directory), plan: plan)
        let facts = HostFacts(host: "", processor: "", cores: .max, kernels: "k", build: "b")
        var results = SweepResults(sweep: sweep, tasks: tasks, records: [:])
        var attempts: [AttemptRow] = []
        for (ordinal, task) in tasks.enumerated() {
            let key = AttemptKey(task: task.id, attempt: Attempt(rawValue: .max))
            let worker = WorkerID(rawValue: "w-\(ordinal)")!
            let (started, ended) = (Date(timeIntervalSince1970: -1e300), Date(timeIntervalSince1970: 1e300))
            let end = StoredEnd(outcome: .completed, reason: "r", seconds: .infinity, at: ended)
            results.records[task.id] = records(of: ordinal)
            try journal.commit(
                [
                    .attemptStarted(key, worker: worker, facts: facts, at: started),
                    .workerSeen(worker, facts: facts, slots: .max, at: ended),
                ] + records(of: ordinal).reversed().map { .recordCommitted($0, by: key) }
                    + [.attemptEnded(key, end)])
            attempts.append(
                AttemptRow(
                    key: key, worker: worker, host: "", kernels: "k",
                    started: Date(timeIntervalSince1970: Double(Int64.min) / 1000),
                    ended: Date(timeIntervalSince1970: Double(Int64.max) / 1000), seconds: .infinity,
                    outcome: .completed, reason: "r", build: "b"))
        }
        let reader = try JournalReader(of: RunDirectory(path: directory))
        let memory = Report(results: results, attempts: attempts)
        for file in ReportFile.allCases {
            let stored = try reader.readReport { try bytes(of: file, $0) }
            #expect(try stored == bytes(of: file, memory), "\(file.rawValue)")
        }
        let contents = try reader.readReport { try ReportContents($0, facts: $0.runFacts()) }
        #expect(!contents.tables.figures().isEmpty)
        #expect(ReportPage(contents, figures: [], figureNote: nil, version: "1").html.hasSuffix("</html>\n"))
    }

    private func bytes(of file: ReportFile, _ source: some TableSource) throws -> [UInt8] {
        var bytes: [UInt8] = []
        #expect(try source.read(file) { bytes += $0 })
        return bytes
    }
}
