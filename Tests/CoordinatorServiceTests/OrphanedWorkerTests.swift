import ChildProcesses
import CoordinatorService
import Experiment
import Foundation
import TestSupport
import Testing

/// A worker that outlived its coordinator is known by its lock and its command line.
@Suite(.timeLimit(.minutes(1)))
struct OrphanedWorkerTests {
    private let directory = TemporaryDirectory()
    private var lock: ProcessLock { ProcessLock(path: directory.path + "/lock") }
    private let options = ["worker", "--slots", "2"]

    @Test func `nobody is found where nobody holds the lock`() throws {
        #expect(try OrphanedWorker(holding: lock) == nil)
        _ = try LockHolder(of: lock, arguments: ["--name", "local-1"]).end()
        #expect(try OrphanedWorker(holding: lock) == nil, "the lock went with its holder")
    }

    @Test func `an orphaned worker has the name that it was started with`() throws {
        let holder = try LockHolder(of: lock, arguments: options + ["--name", "local-ab12"])
        let worker = try #require(try OrphanedWorker(holding: lock))
        #expect(worker.name == WorkerID(rawValue: "local-ab12") && worker.processID == holder.processID)
    }

    @Test func `an orphaned worker is like another one of the same program with the same options`() throws {
        let holder = try LockHolder(of: lock, arguments: options + ["--name", "local-ab12"])
        let worker = try #require(try OrphanedWorker(holding: lock))
        let arguments = LockHolder.commandLine(of: lock, options)
        #expect(worker.isLike(LockHolder.executable, arguments))
        #expect(!worker.isLike(LockHolder.executable, LockHolder.commandLine(of: lock, ["worker", "--slots", "3"])))
        #expect(!worker.isLike(LockHolder.executable, arguments + ["--linger", "60"]))
        #expect(!worker.isLike("/bin/sh", arguments))
        // Another name of the same file, and another file of the same bytes, as a new build leaves it.
        let link = directory.path + "/link", copy = directory.path + "/copy"
        try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: LockHolder.executable)
        try FileManager.default.copyItem(atPath: LockHolder.executable, toPath: copy)
        #expect(worker.isLike(link, arguments))
        #expect(!worker.isLike(copy, arguments))
        withExtendedLifetime(holder) {}
    }

    @Test(arguments: [[], ["--name"], ["--name", "no name"], ["--slots", "2"], ["local-ab12", "--name"]])
    func `whoever else holds the lock is named`(arguments: [String]) throws {
        let holder = try LockHolder(of: lock, arguments: arguments)
        let error = #expect(throws: CoordinatorError.self) { try OrphanedWorker(holding: lock) }
        #expect(error?.description.contains("process \(holder.processID) holds \(lock.path)") == true)
    }
}
