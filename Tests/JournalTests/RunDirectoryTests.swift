import DurableFiles
import Experiment
import Foundation
import Journal
import TestSupport
import Testing

/// A run directory belongs to one sweep and one coordinator.
struct RunDirectoryTests {
    private let directory = TemporaryDirectory()

    @Test func `a run directory is made with its parents, and holds the sweep file as submitted`() throws {
        let run = directory.run("runs/quick")
        _ = try Journal.open(in: run, plan: samplePlan(text: "name: quick # as written\n"))
        #expect(try String(contentsOfFile: run.sweepFile, encoding: .utf8) == "name: quick # as written\n")
        let names = try DurableFile.names(in: run.path).filter { !$0.hasPrefix("state.sqlite-") }
        #expect(names == [".lock", "checkpoints", "logs", "state.sqlite", "sweep.yaml"])
    }

    @Test func `a second coordinator is refused while the first one lives`() throws {
        let first = try Journal.open(in: directory.run(), plan: samplePlan())
        let error = #expect(throws: JournalError.self) { try Journal.open(in: directory.run(), plan: samplePlan()) }
        #expect(error?.code == .inUse)
        #expect(error?.message.contains("another sweep run (pid \(getpid()) on ") == true)
        #expect(errorCode { _ = try Journal.open(in: directory.run()) } == .inUse)
        try first.close()
        _ = try Journal.open(in: directory.run(), plan: samplePlan())
    }

    @Test func `another sweep is refused, and the message says what differs`() throws {
        try Journal.open(in: directory.run(), plan: samplePlan()).close()
        var otherData = samplePlan()
        otherData.data = .cifar10
        var reordered = samplePlan()
        reordered.tasks.swapAt(0, 1)
        let others: [(StoredPlan, String)] = [
            (samplePlan(name: "other"), "its name is sample, not other"),
            (otherData, "its data set is shapes, not cifar10"),
            (samplePlan(taskCount: 6), "it lacks 2 of the tasks, such as batch_size=64"),
            (samplePlan(taskCount: 2), "it has 2 other tasks, such as batch_size=64"),
            (reordered, "it has the same tasks in another order"),
        ]
        for (plan, difference) in others {
            let error = #expect(throws: JournalError.self) { try Journal.open(in: directory.run(), plan: plan) }
            #expect(error?.code == .anotherSweep)
            #expect(error?.message.contains(difference) == true, "\(error.map(\.message) ?? "no error")")
        }
        #expect(try JournalReader(of: directory.run()).plan() == samplePlan())
    }

    @Test func `the sweep file may be worded anew`() throws {
        try Journal.open(in: directory.run(), plan: samplePlan()).close()
        let reworded = samplePlan(text: "# the same\nname: sample\n")
        try Journal.open(in: directory.run(), plan: reworded).close()
        #expect(try JournalReader(of: directory.run()).plan() == reworded)
        #expect(try String(contentsOfFile: directory.run().sweepFile, encoding: .utf8) == reworded.text)
    }

    @Test func `a journal that a crash left without a plan is taken as new`() throws {
        try FileManager.default.createDirectory(atPath: directory.run().path, withIntermediateDirectories: true)
        #expect(FileManager.default.createFile(atPath: directory.run().journalFile, contents: nil))
        #expect(errorCode { _ = try JournalReader(of: directory.run()).plan() } == .noPlan)
        try Journal(locking: directory.run(), creating: true).close()
        #expect(errorCode { _ = try JournalReader(of: directory.run()).plan() } == .noPlan)
        #expect(errorCode { _ = try Journal.open(in: directory.run()) } == .noPlan)
        try Journal.open(in: directory.run(), plan: samplePlan()).close()
        #expect(try JournalReader(of: directory.run()).plan() == samplePlan())
    }

    @Test func `a name that a file has, or a directory with foreign results, is refused`() throws {
        let file = Data("keep me".utf8)
        try file.write(to: URL(filePath: directory.run("file").path))
        #expect(errorCode { _ = try Journal.open(in: directory.run("file"), plan: samplePlan()) } == .notADirectory)
        #expect(errorCode { _ = try Journal.open(in: directory.run("file/in"), plan: samplePlan()) } == .notADirectory)
        try FileManager.default.createDirectory(atPath: directory.run("full").path, withIntermediateDirectories: true)
        try file.write(to: URL(filePath: directory.run("full").file("epochs.csv")))
        #expect(errorCode { _ = try Journal.open(in: directory.run("full"), plan: samplePlan()) } == .foreignFiles)
        #expect(try Data(contentsOf: URL(filePath: directory.run("full").file("epochs.csv"))) == file)
        #expect(!FileManager.default.fileExists(atPath: directory.run("full").journalFile))
    }

    @Test func `a directory without a journal cannot be read`() throws {
        #expect(errorCode { _ = try JournalReader(of: directory.run()) } == .noPlan)
        #expect(errorCode { _ = try Journal.open(in: directory.run()) } == .noPlan)
        #expect(!FileManager.default.fileExists(atPath: directory.run().path))
    }
}
