import ChildProcesses
import Experiment
import Foundation
import Reporting
import TestSupport
import Testing
import Verification

/// Records are read out of tables, to the last bit, and have a digest that anybody can calculate.
struct RecordTests {
    private let directory = TemporaryDirectory()

    private func records(
        _ sample: SampleSweep, changed: [ReportFile: [UInt8]] = [:], outcomes: String? = nil
    ) throws -> TableRecords {
        try TableRecords(
            sample.report.sweep, dataDigest: imagesDigest, outcomes: outcomes ?? sample.outcomesText
        ) { file in
            // Of a value in memory nothing can fail.
            try! directory.slice(changed[file] ?? sample.bytes(of: file), file.rawValue)
        }
    }

    @Test func `records out of tables have the bits of those that the tables were made of`() throws {
        let sample = try SampleSweep()
        let records = try records(sample)
        #expect(records.tasks == sample.report.tasks)
        for task in sample.report.tasks {
            var all: [EpochRecord] = [], plain: [EpochRecord] = [], second: [EpochRecord] = []
            try records.forEachRecord(of: task, gradients: true) { all.append($0) }
            try records.forEachRecord(of: task) { plain.append($0) }
            try records.forEachRecord(of: task, from: 2, limit: 1, gradients: true) { second.append($0) }
            let expected = sample.report.results.records[task.id] ?? []
            #expect(all == expected)
            #expect(plain == expected.map { EpochRecord(epoch: $0.epoch, metrics: $0.metrics) })
            #expect(second == Array(expected.dropFirst().prefix(1)))
        }
    }

    @Test func `tables out of these records have the same bytes`() throws {
        let sample = try SampleSweep()
        let records = try records(sample)
        for file in ReportFile.allCases where file.followsFromRecords {
            let published = try directory.slice(sample.bytes(of: file))
            #expect(try records.firstDifference(of: file, from: published) == nil, "\(file)")
        }
    }

    /// Each with the table, what is changed in it, and the beginning of what is found.
    @Test(arguments: [
        (ReportFile.epochs, "bn,0.0005,2,2,", "bn,0.0005,2,3,", "epochs.csv:3: epoch 3 stands where 2 must"),
        (.epochs, "norm,", "morn,", "epochs.csv:1: the columns are not norm,"),
        (.epochs, "bn,0.0005,2,1", "bn,0.0005,3,1", "epochs.csv:2: bn,0.0005,3, names no task of sweep.yaml"),
        (.epochs, "bn,0.0005,2,2,", "bn,0.0005,2,2,1,", "epochs.csv:3: 9 fields"),
        (.epochs, "bn,0.0005,2,2,", "bn,0.0005,2,2,x", "epochs.csv:3: x"),
        (.gradientNorms, "bn,0.0005,2,3,", "bn,0.0005,2,4,", "gradient_norms.csv:4: step 4 stands where 3 must"),
        (.gradientNorms, "bn,0.0005,2,3,inf", "bn,0.0005,2,3,nan", "epochs.csv:3: gradient_norms: nan"),
        (.layerGradients, "bn,0.0005,2,1,conv1", "bn,0.0005,2,1,conv9", "layer_gradients.csv:"),
    ])
    func `rows that no training gives are named by their line`(
        table: ReportFile, old: String, new: String, message: String
    ) throws {
        let sample = try SampleSweep()
        let changed = try sample.bytes(of: table).replacing(old, with: new)
        let found = try #require(finding { _ = try TaskDigests(of: try records(sample, changed: [table: changed])) })
        #expect(found.hasPrefix(message), "\(found)")
    }

    /// Each with what is changed in the table of outcomes, and what is found.
    @Test(arguments: [
        ("task,images,right", "task,images", "outcomes.csv:1: is no table that begins with task,images,right"),
        (",40,", ",41,", "outcomes.csv:2: these are no outcomes of 40 test images"),
        (",40,", ",40,g0", "outcomes.csv:2: these are no outcomes of 40 test images"),
        (",40,", ",40,00", "outcomes.csv:2: these are no outcomes of 40 test images"),
        (",40,", "0,40,", "is no task of the sweep with its outcomes"),
    ])
    func `outcomes that no task can have are named by their line`(old: String, new: String, message: String) throws {
        let sample = try SampleSweep()
        let changed = try sample.outcomesText.replacing(old, with: new, maxReplacements: 1)
        let found = try #require(finding { _ = try records(sample, outcomes: changed) })
        #expect(found.contains(message), "\(found)")
    }

    @Test func `outcomes that contradict the accuracy, or changed, are found`() throws {
        let sample = try SampleSweep()
        let lines = try sample.outcomesText.split(separator: "\n").map(String.init)
        // A bit more is right, whether the first image was or not.
        let flipped = lines[1].replacing(/,40,(..)/) { match in
            ",40," + (match.1.hasSuffix("f") || match.1.hasSuffix("1") ? "00" : "ff")
        }
        let changed = ([lines[0], flipped] + lines.dropFirst(2)).joined(separator: "\n") + "\n"
        let found = try #require(finding { _ = try TaskDigests(of: records(sample, outcomes: changed)) })
        #expect(found.contains("outcomes"), "\(found)")
    }

    @Test func `rows of a task that stand apart, or that no epoch has, are named`() throws {
        let sample = try SampleSweep()
        var lines = try sample.bytes(of: .epochs).lines
        lines.append(lines.remove(at: 2))
        let apart = Array((lines.joined(separator: "\n") + "\n").utf8)
        #expect(
            finding { _ = try records(sample, changed: [.epochs: apart]) }?.contains("stand apart, from line 2 on")
                == true)
        let without = try sample.bytes(of: .epochs).lines.filter { !$0.hasPrefix("bn,0.0005,2,3,") }
        let fewer = Array((without.joined(separator: "\n") + "\n").utf8)
        let found = finding { _ = try TaskDigests(of: try records(sample, changed: [.epochs: fewer])) }
        #expect(found == "gradient_norms.csv:6: a step of no epoch of epochs.csv")
    }

    @Test func `a task has the same digest in every sweep, and the rows of its tables give it`() throws {
        let sample = try SampleSweep()
        let task = sample.report.tasks[1]
        let other = try SampleSweep(
            yaml: SampleSweep.yaml.replacing("sample", with: "other").replacing("[ln, bn]", with: "[bn, ln, none]"))
        #expect(other.report.tasks.contains(task))
        let digest = try recordDigest(of: task, in: sample.report)
        var report = other.report
        report.results.records[task.id] = sample.report.results.records[task.id]
        #expect(try recordDigest(of: task, in: report) == digest)

        for file in ReportFile.ofRecords { _ = try directory.slice(sample.bytes(of: file), file.rawValue) }
        _ = try directory.slice(Array(sample.outcomesText.utf8), "outcomes.csv")
        let key = "ln,0.0005,\(task.parameters.seed)"
        let line = """
            cd \(directory.path) && (for t in epochs gradient_norms layer_gradients; do
              (head -n 1 $t.csv; grep '^\(key),' $t.csv) | cut -d , -f 3-
            done; grep '^\(task.id),' outcomes.csv | cut -d , -f 3) | sha256sum | grep -q \(digest.rawValue)
            """
        #expect(try FinishedProcess(running: ["sh", "-c", line]).end == .exited(0))
    }

    @Test func `a number of a record that changes changes the digest of its task alone`() throws {
        let sample = try SampleSweep()
        let before = try TaskDigests(of: sample.report)
        var report = sample.report
        let id = report.tasks[3].id
        report.results.records[id]![2].layerGradients[1].values[7] += 1e-7
        let after = try TaskDigests(of: report)
        #expect(zip(before.rows, after.rows).filter { $0 != $1 }.map(\.0.task) == [id])
        #expect(before.recordCount == 19 && before.rows.count == 8)
        let differences = after.differences(from: before.text, limit: 5) { $0 == id ? "the task" : nil }
        #expect(differences.count == 1)
        #expect(differences[0].reason.hasPrefix("the records of the task have the SHA-256 "))
    }
}
