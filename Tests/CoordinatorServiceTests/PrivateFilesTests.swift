import CoordinatorService
import DurableFiles
import Foundation
import Glibc
import Journal
import Scheduling
import TestSupport
import Testing

/// The sockets and the lock of a run directory, in a directory of this user alone.
struct PrivateFilesTests {
    private let place = TemporaryDirectory()
    private let run = try! SampleRun()
    private var environment: [String: String] { ["XDG_RUNTIME_DIR": place.path] }

    private func make() throws -> PrivateFiles {
        try PrivateFiles.make(of: run.directory, recorded: nil, environment: environment)
    }

    @Test func `a run directory has private names of its own, however it is called`() throws {
        let files = try make()
        #expect(files.parent.path == place.path + "/sweep")
        let link = place.path + "/link"
        try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: run.directory.path)
        let linked = try PrivateFiles.make(
            of: RunDirectory(path: link), recorded: nil, environment: environment)
        #expect(linked.controlSocket == files.controlSocket && linked.workerLock.path == files.workerLock.path)
        let other = try SampleRun()
        let others = try PrivateFiles.make(of: other.directory, recorded: nil, environment: environment)
        let paths = [files, others].flatMap { [$0.workerSocket, $0.controlSocket, $0.workerLock.path, $0.keys] }
        #expect(Set(paths).count == 8)
    }

    /// It has a random name, since others had taken those that every run finds.
    @Test func `a directory of one run goes with it, and one that other runs find stays`() throws {
        let path = "\(place.path)/sweep-\(geteuid())-run-1x"
        mkdir(path, 0o700)
        let files = try PrivateFiles.make(of: run.directory, recorded: path, environment: environment)
        #expect(files.parent.path == path)
        try Data().write(to: URL(filePath: files.workerSocket))
        files.remove()
        #expect(access(path, F_OK) != 0)
        let shared = try make()
        shared.remove()
        #expect(shared.parent.isPrivate)
    }

    @Test func `another command finds the private files, by its environment or by the journal`() throws {
        let files = try make()
        let found = try PrivateFiles.find(of: run.directory, environment: environment)
        #expect(found?.controlSocket == files.controlSocket)
        let elsewhere = TemporaryDirectory()
        let foreign = ["XDG_RUNTIME_DIR": elsewhere.path, "TMPDIR": elsewhere.path]
        try run.journal.commit([.settingChanged(.runtimeDirectory, to: files.parent.path)])
        let recorded = try PrivateFiles.find(of: run.directory, environment: foreign)
        #expect(recorded?.controlSocket == files.controlSocket)
    }

    @Test func `a run directory that is not there has no private files`() {
        let missing = RunDirectory(path: place.path + "/missing")
        let error = #expect(throws: CoordinatorError.self) {
            try PrivateFiles.make(of: missing, recorded: nil, environment: environment)
        }
        #expect(error?.description.contains("cannot be read: No such file or directory") == true)
        #expect(throws: CoordinatorError.self) { try PrivateFiles.find(of: missing, environment: environment) }
    }

    @Test func `nothing of a sweep is left at its end, and the lock of a worker that lives stays`() throws {
        let files = try make()
        for path in [files.workerSocket, files.workerLock.path] { try Data().write(to: URL(filePath: path)) }
        try FileManager.default.createDirectory(
            atPath: files.keys + "/workers", withIntermediateDirectories: true)
        try Data().write(to: URL(filePath: files.keys + "/coordinator.secret"))
        let holder = try LockHolder(of: files.workerLock)
        files.remove()
        #expect(
            try DurableFile.names(in: files.parent.path).map { "\(files.parent.path)/\($0)" } == [files.workerLock.path]
        )
        holder.end()
        files.remove()
        #expect(try DurableFile.names(in: files.parent.path).isEmpty)
    }
}

/// A command in another terminal, and the coordinator that it asks.
@Suite(.timeLimit(.minutes(1)))
struct ControlClientTests {
    private let place = TemporaryDirectory()
    private let run = try! SampleRun()

    @Test func `a command asks the coordinator that runs, and knows when none does`() throws {
        let files = try PrivateFiles.make(
            of: run.directory, recorded: nil, environment: ["XDG_RUNTIME_DIR": place.path])
        try run.journal.commit([.settingChanged(.runtimeDirectory, to: files.parent.path)])
        #expect(try !ControlClient.canAsk(run.directory))
        #expect(try ControlClient.ask(.pause, of: run.directory) == nil)

        let server = ControlServer(at: files.controlSocket)
        try server.start { request in
            guard request.take() else { return }
            request.answer.put(request.request == .pause ? .done(count: 3) : .refused(reason: "not now"))
        }
        #expect(try ControlClient.canAsk(run.directory))
        #expect(try ControlClient.ask(.pause, of: run.directory) == .done(count: 3))
        #expect(try ControlClient.ask(.resume, of: run.directory) == .refused(reason: "not now"))
        server.stop()
        #expect(try !ControlClient.canAsk(run.directory))
        #expect(try ControlClient.ask(.pause, of: run.directory) == nil)
    }
}
