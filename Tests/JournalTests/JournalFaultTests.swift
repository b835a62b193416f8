import DurableFiles
import Experiment
import Foundation
import Glibc
import Journal
import TestSupport
import Testing

/// Faults of the disk are told apart and survived.
@Suite(.enabled(if: MountedDisk.isAllowed, "mounting needs root"))
struct JournalFaultTests {
    @Test func `a full disk loses nothing, and the same commit works after there is room`() throws {
        let disk = try #require(MountedDisk(kibibytes: 1_024))
        let run = RunDirectory(path: "\(disk.path)/run")
        let plan = samplePlan(epochs: 10_000)
        let key = plan.tasks[0].attempt(1)
        let ballast = "\(disk.path)/ballast"
        try Data(count: 400 * 1_024).write(to: URL(filePath: ballast))
        let journal = try Journal.open(in: run, plan: plan)
        try journal.commit([.started(key)])
        var epoch = 0
        var failure: JournalError?
        while failure == nil {
            epoch += 1
            do { try journal.commit([record(epoch, by: key)]) } catch { failure = error }
        }
        #expect(failure?.code == .diskFull)
        #expect(failure?.mayPass == true)
        #expect(failure?.sqliteCode == 13)
        #expect(failure?.description.contains("make room") == true)
        #expect(errorCode { try journal.commit([record(epoch, by: key)]) } == .diskFull)
        #expect(try JournalReader(of: run).state().histories.first?.epochs == Array(1..<epoch))

        try FileManager.default.removeItem(atPath: ballast)
        try journal.commit([record(epoch, by: key)])
        try journal.close()
        let reopened = try Journal.open(in: run, plan: plan)
        #expect(try reopened.reader.allRecords()[key.task]?.count == epoch)
    }

    @Test func `a disk without room for the plan leaves a directory that can be used later`() throws {
        let disk = try #require(MountedDisk(kibibytes: 256))
        let run = RunDirectory(path: "\(disk.path)/run")
        let plan = samplePlan(taskCount: 200)
        let ballast = "\(disk.path)/ballast"
        for kibibytes in stride(from: 252, through: 0, by: -12) {
            try Data(count: kibibytes * 1_024).write(to: URL(filePath: ballast))
            var code: JournalError.Code?
            // A process that another test starts right now has the descriptor of the last try's lock for a moment.
            repeat { code = errorCode { try Journal.open(in: run, plan: plan).close() } } while code == .inUse
            if code == nil { break }
            #expect(code == .diskFull, "\(kibibytes) KiB taken")
        }
        #expect(try JournalReader(of: run).plan() == plan)
    }

    @Test func `a read-only file system is named as such`() throws {
        let disk = try #require(MountedDisk(kibibytes: 1_024))
        let run = RunDirectory(path: "\(disk.path)/run")
        try Journal.open(in: run, plan: samplePlan()).close()
        try #require(disk.makeReadOnly())
        #expect(errorCode { _ = try Journal.open(in: run, plan: samplePlan()) } == .readOnly)
        let new = RunDirectory(path: "\(disk.path)/new")
        #expect(errorCode { _ = try Journal.open(in: new, plan: samplePlan()) } == .readOnly)
    }

    @Test func `a file that does not fit leaves the old one`() throws {
        let disk = try #require(MountedDisk(kibibytes: 64))
        let path = "\(disk.path)/file"
        try DurableFile.replace(path, with: "old".utf8)
        let fault = #expect(throws: FileFault.self) {
            try DurableFile.replace(path, with: [UInt8](repeating: 1, count: 100_000))
        }
        #expect(fault?.code == ENOSPC)
        #expect(try String(contentsOfFile: path, encoding: .utf8) == "old")
        #expect(try DurableFile.names(in: disk.path) == ["file"])
    }

    private func record(_ epoch: Int, by key: AttemptKey) -> JournalChange {
        .recordCommitted(sampleRecord(epoch: epoch, stepCount: 800), by: key)
    }
}

struct JournalPlaceTests {
    @Test(arguments: [false, true])
    func `nothing is said to be stored where nobody would find it`(isReplaced: Bool) throws {
        let directory = TemporaryDirectory()
        let plan = samplePlan()
        let key = plan.tasks[0].attempt(1)
        let journal = try Journal.open(in: directory.run(), plan: plan)
        try journal.commit([.started(key)])
        try FileManager.default.moveItem(atPath: directory.run().path, toPath: directory.run("moved").path)
        if isReplaced { try Journal.open(in: directory.run(), plan: plan).close() }
        let change = JournalChange.recordCommitted(sampleRecord(epoch: 1), by: key)
        #expect(errorCode { try journal.commit([change]) } == .gone)
        try journal.close()
        let moved = try Journal.open(in: directory.run("moved"), plan: plan)
        try moved.commit([.recordCommitted(sampleRecord(epoch: 2), by: key)])
        #expect(try moved.reader.state().histories.first?.epochs.contains(2) == true)
    }
}

/// A file system of a few kilobytes in memory, unmounted with the value.
final class MountedDisk {
    let path: String
    private let directory = TemporaryDirectory()

    static let isAllowed = MountedDisk(kibibytes: 64) != nil

    init?(kibibytes: Int) {
        path = directory.path
        guard mount("tmpfs", path, "tmpfs", 0, "size=\(kibibytes)k") == 0 else { return nil }
    }

    deinit { umount2(path, Int32(MNT_DETACH)) }

    func makeReadOnly() -> Bool {
        mount("tmpfs", path, "tmpfs", UInt(MS_REMOUNT) | UInt(MS_RDONLY), nil) == 0
    }
}
