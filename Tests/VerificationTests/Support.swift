import DurableFiles
import Experiment
import Foundation
import Reporting
import Statistics
import TestSupport
import Verification

let imagesDigest = DataDigest(rawValue: String(repeating: "0a", count: 32))!

/// A sweep whose records could be: 2 norms × 2 rates × 2 seeds, of 3 epochs with 2 steps each.
struct SampleSweep {
    static let yaml = """
        name: sample
        data: shapes
        grid:
          norm: [ln, bn]
          learning_rate: [0.001, 0.0005]
          seed: [7, 2]
        train:
          batch_size: 16
          epochs: 3
          train_limit: 32
          test_limit: 40
          capture_gradients: true

        """

    var report: Report

    init(yaml: String = Self.yaml) throws {
        let sweep = try Sweep(yaml: yaml, file: "sweep.yaml")
        let tasks = sweep.tasks(dataDigest: imagesDigest)
        // One task has not begun, and one is under way.
        let records = tasks.enumerated().compactMap { place, task in
            place == 2 ? nil : (task.id, Self.records(of: task, epochs: place == 5 ? 1 : 3))
        }
        report = Report(
            results: SweepResults(sweep: sweep, tasks: tasks, records: Dictionary(uniqueKeysWithValues: records)),
            attempts: [
                AttemptRow(
                    key: AttemptKey(task: tasks[0].id, attempt: Attempt(rawValue: 1)),
                    worker: WorkerID(rawValue: "north-1")!, host: "=north", kernels: "avx2",
                    started: Date(timeIntervalSince1970: 0), build: "9.9")
            ])
    }

    /// With all their digits.
    static func records(of task: SweepTask, epochs: Int) -> [EpochRecord] {
        var random = SeededRandom(seed: UInt64(task.id.rawValue.prefix(8), radix: 16)!)
        return (1...epochs).map { epoch in
            func share(of count: Int) -> Double { 100 * Double(random.integer(0...count)) / Double(count) }
            let metrics = EpochMetrics(
                trainLoss: .random(in: 0..<3, using: &random), valLoss: .random(in: 0..<3, using: &random),
                trainAccuracy: share(of: 32), valAccuracy: share(of: 40))
            let right = Int((metrics.valAccuracy * 40 / 100).rounded())
            let outcomes = epoch == 3 ? ImageOutcomes((0..<40).map { $0 < right }) : nil
            guard task.parameters.captureGradients else {
                return EpochRecord(epoch: epoch, metrics: metrics, outcomes: outcomes)
            }
            return EpochRecord(
                epoch: epoch, metrics: metrics,
                gradientNorms: epoch == 2
                    ? [.infinity, 0] : [.random(in: 0..<9, using: &random), .leastNonzeroMagnitude],
                layerGradients: task.parameters.samplesLayers(inEpoch: epoch)
                    ? LayerGradientSample.layers.map { layer in
                        LayerGradientSample(
                            layer: layer,
                            values: (0..<LayerGradientSample.valueCount).map { _ in
                                .random(in: -1..<1, using: &random)
                            })
                    } : [],
                outcomes: outcomes)
        }
    }

    func bytes(of file: ReportFile) throws -> [UInt8] {
        var bytes: [UInt8] = []
        _ = try report.read(file) { bytes += $0 }
        return bytes
    }

    var outcomesText: String {
        get throws {
            var bytes: [UInt8] = []
            try OutcomesTable.write(report) { bytes += $0 }
            return bytes.text
        }
    }

    /// The files of its bundle by their names, without the manifest.
    func files() throws -> [BundleFile: [UInt8]] {
        let digests = try TaskDigests(of: report)
        let facts = BundleFacts(
            name: "sample", version: "9.9", data: .shapes, dataDigest: imagesDigest, taskCount: report.tasks.count,
            recordCount: digests.recordCount, kernels: ["avx2"])
        let host = HostFacts(host: "=north", processor: "A processor", cores: 2, kernels: "avx2", build: "9.9")
        var files: [BundleFile: [UInt8]] = [
            .facts: Array(facts.text.utf8), .records: Array(digests.text.utf8), .sweep: Array(Self.yaml.utf8),
            .outcomes: Array(try outcomesText.utf8),
            .hosts: try hostsTable([host, host]),
        ]
        for file in ReportFile.allCases { files[.table(file)] = try bytes(of: file) }
        return files
    }
}

extension TemporaryDirectory {
    /// Packs files as `sweep bundle` does.
    func pack(_ files: [BundleFile: [UInt8]], as name: String = "sample.tar") throws -> String {
        try DurableFile.replace(file(name)) { appender in
            var writer = BundleWriter(to: appender, directory: "sample")
            for file in BundleFile.all {
                guard let bytes = files[file] else { continue }
                try writer.add(file) { pass in
                    try pass(bytes)
                    return true
                }
            }
            try writer.end()
        }
        return file(name)
    }

    func slice(_ bytes: [UInt8], _ name: String = "slice") throws -> FileSlice {
        try Data(bytes).write(to: URL(filePath: file(name)))
        return FileSlice(try OpenFile(file(name)))
    }
}

extension [UInt8] {
    var text: String { String(decoding: self, as: UTF8.self) }

    /// With the first occurrence of a text replaced, which must be there.
    func replacing(_ old: String, with new: String) -> [UInt8] {
        precondition(text.contains(old), "\(old) is not there")
        return Array(text.replacing(old, with: new, maxReplacements: 1).utf8)
    }

    /// The lines without their line feeds.
    var lines: [String] { text.split(separator: "\n").map(String.init) }
}

/// What `body` throws as a finding, in a line; `nil` where it throws none.
func finding(_ body: () throws -> Void) -> String? {
    do {
        try body()
        return nil
    } catch {
        return (error as? Finding)?.description
    }
}
