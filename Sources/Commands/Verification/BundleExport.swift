import CommandOutput
import DurableFiles
import Experiment
import Foundation
import Journal
import Reporting
import Results
import Verification

/// What was published of a sweep, as one archive that others can check, out of one instant of its journal.
package struct BundleExport {
    /// The archive.
    package let path: String
    /// For the user, in a line each.
    package let notes: [String]

    /// - Parameters:
    ///   - target: the archive to write; `nil` for one in the run directory, with the sweep's name.
    ///   - progress: of a large sweep.
    /// - Throws: `CommandFailure`, also where nothing is stored yet.
    package init(of run: ChosenRun, to target: String?, progress: WorkProgress) throws(CommandFailure) {
        let reader = try run.reader()
        defer { progress.end() }
        do {
            (path, notes) = try reader.readReport { report in
                guard let facts = try report.runFacts() else { throw CommandFailure("\(run.directory): no sweep") }
                let path = target ?? run.directory.file("\(report.sweep.name).tar")
                try Self.write(report, facts, to: path, progress)
                return (path, Self.notes(facts, report))
            }
        } catch let failure as CommandFailure {
            throw failure
        } catch {
            throw CommandFailure(String(describing: error))
        }
    }

    private static func write(
        _ report: JournalReport, _ facts: RunFacts, to path: String, _ progress: WorkProgress
    ) throws {
        let digests = try TaskDigests(of: report) { count in
            progress.show("Reading the records: \(count) of \(counted(report.tasks.count, "task"))")
        }
        guard digests.recordCount > 0 else {
            throw CommandFailure("no record is stored yet, so there is nothing to publish")
        }
        try DurableFile.replace(path) { appender in
            var writer = BundleWriter(to: appender, directory: report.sweep.name)
            try writer.add(.facts, bundleFacts(report, digests).text)
            try writer.add(.hosts) { pass in
                try pass(hostsTable(facts.workers.map(\.facts)))
                return true
            }
            try writer.add(.records, digests.text)
            try writer.add(.outcomes) { pass in
                try OutcomesTable.write(report, to: pass)
                return true
            }
            try writer.add(.sweep, facts.sweepFile)
            for file in ReportFile.allCases {
                progress.show("Packing \(file.rawValue)")
                try writer.add(.table(file)) { pass in try report.read(file, pass) }
            }
            try writer.end()
        }
    }

    private static func bundleFacts(_ report: JournalReport, _ digests: TaskDigests) throws -> BundleFacts {
        var kernels: Set<String> = []
        try report.forEachAttempt { kernels.insert(singleLine($0.kernels)) }
        return BundleFacts(
            name: report.sweep.name, version: Version.current, data: report.sweep.data,
            dataDigest: report.tasks[0].dataDigest, taskCount: report.tasks.count, recordCount: digests.recordCount,
            kernels: kernels.sorted())
    }

    private static func notes(_ facts: RunFacts, _ report: JournalReport) -> [String] {
        let tasks = facts.snapshot.progress.tasks
        let unfinished = tasks.unfinished + tasks.failed
        let note =
            "\(counted(unfinished, "task")) of \(tasks.total) are not finished; the bundle has what is stored"
        return (unfinished > 0 ? [note] : []) + report.comparisonOmissions
    }
}
