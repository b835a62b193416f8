import DurableFiles
import Experiment
import Reporting

/// What a bundle comes to without training anything: whether its files are those of its manifest, its records those of
/// its digests, and its tables those of its records.
package struct BundleCheck {
    /// More findings would tell nobody more.
    static let findingLimit = 20

    package let facts: BundleFacts
    /// `nil` where the tables are so wrong that there are none.
    package private(set) var records: TableRecords?
    /// Of the records that there are.
    package private(set) var digests = TaskDigests()
    /// How many tables were made again.
    package private(set) var tableCount = 0
    package private(set) var findings: [Finding] = []
    private let bundle: SweepBundle

    /// - Parameter show: told, in a line, what is being done.
    /// - Throws: `Finding` where the bundle is of a format that cannot be read; `FileFault` where it cannot be read.
    package init(_ bundle: SweepBundle, show: (String) -> Void) throws {
        self.bundle = bundle
        facts = try BundleFacts(bundle.text(of: .facts))
        try checkManifest(show)
        do {
            try checkRecords(show)
        } catch let finding as Finding {
            findings.append(finding)
        }
        findings = Array(findings.prefix(Self.findingLimit))
    }

    private mutating func checkManifest(_ show: (String) -> Void) throws {
        let manifest: Manifest
        do {
            manifest = try Manifest(bundle.text(of: .manifest))
        } catch let finding as Finding {
            findings.append(finding)
            return
        }
        for (file, content) in bundle.contents where file != .manifest {
            show("Checking \(file.name)")
            guard let line = manifest.line(of: file) else {
                findings.append(Finding(BundleFile.manifest.name, "has no line for \(file.name), which is there"))
                continue
            }
            guard try content.digest() != manifest.entries[line - 1].digest else { continue }
            findings.append(
                Finding(BundleFile.manifest.name, line: line, "\(file.name) has another SHA-256 than this line says"))
        }
        for entry in manifest.entries where bundle[entry.file] == nil {
            findings.append(Finding(entry.file.name, "is missing, and MANIFEST has it"))
        }
    }

    private mutating func checkRecords(_ show: (String) -> Void) throws {
        let sweep = try sweep()
        if let finding = facts.difference(from: sweep) { findings.append(finding) }
        let records = try TableRecords(
            sweep, dataDigest: facts.dataDigest, outcomes: bundle.text(of: .outcomes)
        ) { bundle[.table($0)] }
        let digests = try TaskDigests(of: records) { count in
            show("Reading the records: \(count) of \(counted(records.tasks.count, "task"))")
        }
        let names = Dictionary(uniqueKeysWithValues: records.tasks.map { ($0.id, place(of: $0, records)) })
        findings += digests.differences(from: try bundle.text(of: .records), limit: Self.findingLimit) { names[$0] }
        if let finding = facts.difference(from: digests) { findings.append(finding) }
        for file in ReportFile.allCases where file.followsFromRecords {
            show("Making \(file.rawValue) again")
            if let finding = try records.firstDifference(of: file, from: bundle[.table(file)]) {
                findings.append(finding)
            } else if bundle[.table(file)] != nil {
                tableCount += 1
            }
        }
        self.records = records
        self.digests = digests
    }

    private func sweep() throws -> Sweep {
        do {
            return try Sweep(yaml: bundle.text(of: .sweep), file: BundleFile.sweep.name)
        } catch let error as SweepFileError {
            throw Finding(
                BundleFile.sweep.name, line: error.line, (error.key.map { "\($0): " } ?? "") + error.message)
        }
    }

    private func place(of task: SweepTask, _ records: TableRecords) -> String {
        let name = TaskNames(axes: records.sweep.axes).name(task)
        guard let line = records.line(of: task.id) else { return "\(name), which has no record," }
        return "\(name), from line \(line) of epochs.csv on,"
    }
}
