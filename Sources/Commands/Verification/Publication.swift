import CommandOutput
import DurableFiles
import Experiment
import Foundation
import Journal
import Reporting
import Results
import Verification

/// What somebody published of a sweep: a bundle, packed or unpacked, or a whole run directory.
package enum Publication: Sendable {
    case bundle(SweepBundle)
    case run(ChosenRun)

    /// - Parameter path: of an archive or a directory; `nil` stands for the only sweep there is.
    /// - Throws: `CommandFailure`, of code `.usage` where nothing is there.
    package init(named path: String?) throws(CommandFailure) {
        guard let path else {
            self = .run(try ChosenRun(named: nil))
            return
        }
        var isDirectory: ObjCBool = false
        guard FileManager.default.fileExists(atPath: path, isDirectory: &isDirectory) else {
            throw CommandFailure("\(path): no such file; name a bundle or a run directory", exitCode: .usage)
        }
        let isUnpacked = isDirectory.boolValue && SweepBundle.isUnpacked(in: path)
        if isDirectory.boolValue, !isUnpacked {
            self = .run(ChosenRun(RunDirectory(path: path)))
            return
        }
        self = try .bundle(translating { try SweepBundle(path, isDirectory: isUnpacked) })
    }

    /// Checks everything that can be checked without training.
    ///
    /// - Throws: `CommandFailure` where there is nothing that could be checked.
    package func check(_ show: (String) -> Void) throws(CommandFailure) -> PublishedResults {
        switch self {
        case .bundle(let bundle): try translating { try PublishedResults(of: bundle, show) }
        case .run(let run): try translating { try PublishedResults(of: run, show) }
        }
    }

    /// What makes good what was found.
    package var remedy: String {
        switch self {
        case .bundle: "get it again from whoever published it"
        case .run: "sweep export makes a run directory's tables again"
        }
    }
}

/// Calls `body`, whose errors become failures of the command.
private func translating<Value>(_ body: () throws -> Value) throws(CommandFailure) -> Value {
    do {
        return try body()
    } catch let failure as CommandFailure {
        throw failure
    } catch {
        throw CommandFailure(String(describing: error))
    }
}

/// What a publication says, as far as it holds together.
package struct PublishedResults {
    /// What is wrong with it; nothing is trained where there is anything.
    package let findings: [Finding]
    package let tableCount: Int
    /// What its tables were made with; `nil` where this program makes them.
    package let version: String?
    /// By it, an interrupted check is found again.
    package let digests: TaskDigests
    /// All that have a record, in the order of the tables.
    package let tasks: [SweepTask]
    package let names: TaskNames
    /// Which trained it.
    package let hosts: Set<String>
    private let readRecords: (SweepTask, (EpochRecord) throws -> Void) throws -> Void

    fileprivate init(of bundle: SweepBundle, _ show: (String) -> Void) throws {
        let check = try BundleCheck(bundle, show: show)
        findings = check.findings
        tableCount = check.tableCount
        version = check.facts.version
        digests = check.digests
        tasks = Self.trained(check.records?.tasks ?? [], digests)
        names = TaskNames(axes: check.records?.sweep.axes ?? [])
        hosts = findings.isEmpty ? try hostNames(in: BundleTables(bundle)) : []
        readRecords = { task, body in try check.records?.forEachRecord(of: task, gradients: true, body) }
    }

    fileprivate init(of run: ChosenRun, _ show: (String) -> Void) throws {
        let reader = try run.reader()
        var findings: [Finding] = [], tableCount = 0, hosts: Set<String> = []
        (digests, tasks, names) = try reader.readReport { report in
            let digests = try TaskDigests(of: report) { count in
                show("Reading the records: \(count) of \(counted(report.tasks.count, "task"))")
            }
            findings += try Self.sweepFileFindings(run, report)
            for file in ReportFile.allCases {
                show("Making \(file.rawValue) again")
                let published = try Self.slice(run.directory.file(file.rawValue))
                let difference = try report.firstDifference(of: file, from: published)
                if let difference { findings.append(difference) } else if published != nil { tableCount += 1 }
            }
            try report.forEachAttempt { hosts.insert($0.host) }
            return (digests, Self.trained(report.tasks, digests), TaskNames(axes: report.sweep.axes))
        }
        (self.findings, self.tableCount, self.hosts, version) = (findings, tableCount, hosts, nil)
        readRecords = { task, body in
            try reader.read { try $0.forEachRecord(of: task, from: 1, limit: .max, gradients: true, body) }
        }
    }

    private static func sweepFileFindings(_ run: ChosenRun, _ report: JournalReport) throws -> [Finding] {
        let text = try slice(run.directory.sweepFile).map { String(decoding: try $0.allBytes(), as: UTF8.self) }
        guard let facts = try report.runFacts(), facts.sweepFile != text else { return [] }
        return [Finding(BundleFile.sweep.name, text == nil ? "is missing" : "is not the one that was submitted")]
    }

    private static func slice(_ path: String) throws -> FileSlice? {
        do throws(FileFault) {
            return FileSlice(try OpenFile(path))
        } catch {
            guard error.code == ENOENT else { throw error }
            return nil
        }
    }

    private static func trained(_ tasks: [SweepTask], _ digests: TaskDigests) -> [SweepTask] {
        let byID = Dictionary(uniqueKeysWithValues: tasks.map { ($0.id, $0) })
        return digests.rows.filter { $0.epochs > 0 }.compactMap { byID[$0.task] }
    }

    /// All that was published of a task, by epoch.
    ///
    /// - Throws: where it cannot be read.
    package func records(of task: SweepTask) throws -> [EpochRecord] {
        var records: [EpochRecord] = []
        try readRecords(task) { records.append($0) }
        return records
    }
}

/// The tables of a bundle.
private struct BundleTables: TableSource {
    private let bundle: SweepBundle

    init(_ bundle: SweepBundle) {
        self.bundle = bundle
    }

    func read(_ file: ReportFile, _ pass: @escaping ([UInt8]) throws -> Void) throws -> Bool {
        guard let content = bundle[.table(file)] else { return false }
        try content.forEachPiece(pass)
        return true
    }
}
