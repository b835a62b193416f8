import Experiment
import Foundation
import Reporting
import TestSupport
import Testing
import Verification

/// A bundle that somebody edited is found, and where.
struct CheckTests {
    private let directory = TemporaryDirectory()

    private func findings(_ files: [BundleFile: [UInt8]]) throws -> [String] {
        try check(files).findings.map(\.description)
    }

    private func check(_ files: [BundleFile: [UInt8]]) throws -> BundleCheck {
        try BundleCheck(SweepBundle(directory.pack(files), isDirectory: false)) { _ in }
    }

    @Test func `a bundle as it was made has no finding`() throws {
        let check = try check(SampleSweep().files())
        #expect(check.findings.isEmpty)
        #expect(
            check.tableCount == ReportFile.allCases.count - 1 && check.digests.recordCount == 19
                && check.facts.version == "9.9")
    }

    /// Edited with the manifest made anew: what is there is held against the records alone.
    @Test(arguments: [
        (BundleFile.table(.final), "final.csv:2: val_acc_mean is "),
        (.table(.aggregate), "aggregate.csv:2: val_acc_mean is "),
        (.table(.comparison), "comparison.csv:2: "), (.table(.summary), "summary.csv:2: "),
    ])
    func `a digit of a table is found by its line and column`(file: BundleFile, place: String) throws {
        var files = try SampleSweep().files()
        var lines = try #require(files[file]).lines
        let columns = lines[0].split(separator: ",").map(String.init)
        var fields = lines[1].split(separator: ",", omittingEmptySubsequences: false).map(String.init)
        let column = columns.firstIndex(of: "val_acc_mean") ?? columns.firstIndex(of: "n")!
        fields[column] += "1"
        lines[1] = fields.joined(separator: ",")
        files[file] = Array((lines.joined(separator: "\n") + "\n").utf8)
        let found = try findings(files)
        #expect(found.count == 1 && found[0].hasPrefix(place), "\(found)")
        #expect(found[0].contains("\(fields[column]), and the records give \(fields[column].dropLast())"), "\(found)")
    }

    @Test func `a row that is added, or left out, is found`() throws {
        let sample = try SampleSweep()
        var files = try sample.files()
        let lines = try sample.bytes(of: .final).lines
        files[.table(.final)] = Array((lines + [lines[1]]).joined(separator: "\n").utf8) + [10]
        #expect(try findings(files)[0].hasSuffix("is there, and the records give no such row"))
        files[.table(.final)] = Array(lines.dropLast().joined(separator: "\n").utf8) + [10]
        #expect(try findings(files)[0].contains("the table ends here, and the records give ln,0.001,"))
        files[.table(.final)] = nil
        #expect(try findings(files) == ["final.csv: is missing"])
    }

    @Test func `one number of one record is found, with its task and the lines of what follows from it`() throws {
        var files = try SampleSweep().files()
        let row = try #require(files[.table(.epochs)]?.lines[1])
        let fields = row.split(separator: ",").map(String.init)
        files[.table(.epochs)] = files[.table(.epochs)]!.replacing(fields[4], with: "0.5")
        let found = try findings(files)
        #expect(
            found[0].hasPrefix(
                "records.csv:2: the records of norm=bn learning_rate=0.0005 seed=2, from line 2 of epochs.csv on, have")
        )
        #expect(found.dropFirst().first?.hasPrefix("aggregate.csv:2: train_loss_mean is ") == true, "\(found)")
    }

    @Test func `a digest, the facts or the sweep file that were edited are found`() throws {
        let files = try SampleSweep().files()
        var edited = files
        let digest = try #require(files[.records]?.lines[3].suffix(64))
        edited[.records] = files[.records]!.replacing(String(digest), with: String(digest.reversed()))
        #expect(try findings(edited)[0].hasPrefix("records.csv:4: the records of norm=bn learning_rate=0.001 seed=2,"))
        edited = files
        edited[.facts] = files[.facts]!.replacing("records: 19", with: "records: 20")
        #expect(try findings(edited) == ["bundle.txt:7: 20 records, and the tables have 19"])
        edited = files
        edited[.sweep] = files[.sweep]!.replacing("0.0005", with: "0.0006")
        #expect(try findings(edited) == ["epochs.csv:2: bn,0.0005,2, names no task of sweep.yaml"])
        edited[.sweep] = files[.sweep]!.replacing("norm:", with: "morn:")
        let found = try findings(edited)
        #expect(found.count == 1 && found[0].hasPrefix("sweep.yaml:4: "), "\(found)")
    }

    @Test func `what nothing can be made of is held by the manifest alone`() throws {
        let files = try SampleSweep().files()
        for file in [BundleFile.table(.attempts), .hosts, .table(.epochs)] {
            let archive = try directory.pack(files)
            var bytes = [UInt8](try Data(contentsOf: URL(filePath: archive)))
            let content = try #require(files[file])
            let start = try #require(Data(bytes).firstRange(of: Data(content))).lowerBound
            // In the last row, and a number where there is one.
            let place = start + content.count - 2
            bytes[place] = bytes[place] == UInt8(ascii: "5") ? UInt8(ascii: "6") : UInt8(ascii: "5")
            try Data(bytes).write(to: URL(filePath: archive))
            let found = try BundleCheck(SweepBundle(archive, isDirectory: false)) { _ in }.findings.map(\.description)
            #expect(found[0].hasPrefix("MANIFEST:"), "\(found)")
            #expect(found[0].hasSuffix(": \(file.name) has another SHA-256 than this line says"), "\(found)")
        }
    }

    @Test func `a manifest that was edited is found by its line`() throws {
        let archive = try directory.pack(SampleSweep().files())
        var bytes = [UInt8](try Data(contentsOf: URL(filePath: archive)))
        let place = try #require(Data(bytes).firstRange(of: Data("  final.csv\n".utf8))).lowerBound - 1
        bytes[place] = bytes[place] == UInt8(ascii: "a") ? UInt8(ascii: "b") : UInt8(ascii: "a")
        try Data(bytes).write(to: URL(filePath: archive))
        let found = try BundleCheck(SweepBundle(archive, isDirectory: false)) { _ in }.findings.map(\.description)
        #expect(
            found.count == 1 && found[0].hasSuffix(": final.csv has another SHA-256 than this line says"), "\(found)")
    }

    @Test(arguments: [
        ("", "MANIFEST: "), ("x\n", "MANIFEST:1: x is no SHA-256"),
        ("\(String(repeating: "a", count: 64))  ../x\n", "MANIFEST:1: "),
        ("\(String(repeating: "a", count: 64))  MANIFEST\n", "MANIFEST:1: "),
        (
            """
            \(String(repeating: "a", count: 64))  final.csv
            \(String(repeating: "a", count: 64))  epochs.csv

            """, "MANIFEST: its lines are not those"
        ),
    ])
    func `a text that is no manifest says where`(text: String, message: String) throws {
        guard !text.isEmpty else {
            #expect(try Manifest(text).entries.isEmpty)
            return
        }
        #expect(finding { _ = try Manifest(text) }?.hasPrefix(message) == true)
    }

    @Test func `the facts are read back, and a fault in them is named by its line`() throws {
        let text = try #require(SampleSweep().files()[.facts]).text
        #expect(try BundleFacts(text).text == text)
        for (old, new, message) in [
            (
                "sweep-bundle-1", "sweep-bundle-2",
                "bundle.txt:1: sweep-bundle-2 is a format that this version cannot read"
            ),
            ("name: ", "nome: ", "bundle.txt:2: there must be a line that begins with name:"),
            ("shapes", "mnist", "bundle.txt:4: mnist is no data set"),
            ("0a0a", "0A0a", "bundle.txt:5: 0A0a"), ("tasks: 8", "tasks: -8", "bundle.txt:6: -8 is no number of tasks"),
            ("avx2\n", "avx2\nmore\n", "bundle.txt:9: nothing can follow here"),
        ] {
            let found = finding { _ = try BundleFacts(text.replacing(old, with: new, maxReplacements: 1)) }
            #expect(found?.hasPrefix(message) == true, "\(found ?? "nothing")")
        }
    }

    @Test func `hosts are read out of a table of executions, as they are called`() throws {
        #expect(try hostNames(in: SampleSweep().report) == ["=north"])
    }
}
