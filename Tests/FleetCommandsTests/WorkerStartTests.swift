import ChildProcesses
import CommandFixtures
import CommandOutput
import FleetCommands
import Foundation
import Synchronization
import TestSupport
import Testing
import Transport

/// What sweep worker does before its agent runs.
struct WorkerStartTests {
    private let directory = TemporaryDirectory()
    private let token: String

    init() throws {
        token = try JoinToken(
            endpoint: Endpoint("tcp://192.0.2.1:5555"), coordinatorKey: CurveKeyPair.generate().publicKey,
            workerKeys: CurveKeyPair.generate()
        ).encoded
    }

    /// What came of a start: the start itself, the tokens that were hidden, and the lines of the log.
    private func start(
        join: String?, line: String? = nil, _ change: (inout WorkerOptions) -> Void = { _ in }
    ) throws -> (start: WorkerStart, hidden: [String], lines: [String]) {
        var options = WorkerOptions()
        options.join = join
        options.slots = 1
        change(&options)
        var hidden: [String] = []
        let lines = Lines()
        let start = try WorkerStart(
            options, environment: [:], readLine: { line }, hide: { hidden.append($0) }, write: { lines.add($0) })
        start.log.info("a task")
        return (start, hidden, lines.all)
    }

    @Test func `a token on the command line is hidden, and no other one is`() throws {
        let given = try start(join: token)
        #expect(given.hidden == [token] && given.start.configuration.token.encoded == token)
        let read = try start(join: "-", line: token)
        #expect(read.hidden.isEmpty && read.start.configuration.token.encoded == token)
    }

    @Test func `a worker says a line for each task where that is asked for, in the format that is asked for`() throws {
        #expect(try !start(join: token).lines.contains { $0.contains("a task") })
        #expect(try start(join: token) { $0.isVerbose = true }.lines.contains { $0.hasSuffix("a task") })
        let lines = try start(join: token) { ($0.isVerbose, $0.logFormat) = (true, .json) }.lines
        #expect(lines.contains { $0.hasPrefix("{") && $0.contains(#""message":"a task""#) })
    }

    @Test func `a worker warns of a token that others can read`() throws {
        let file = try directory.write(token, to: "token")
        chmod(file, 0o644)
        #expect(try start(join: file).lines.contains { $0.contains("chmod 600") })
        chmod(file, 0o600)
        #expect(try !start(join: file).lines.contains { $0.contains("chmod 600") })
    }

    @Test func `one worker of a host serves a run directory`() throws {
        let directory = TemporaryDirectory()
        let lock = ProcessLock(path: directory.file("worker.lock"))
        let holder = try LockHolder(of: lock)
        #expect(
            commandFailure { _ = try WorkerStart.takeLock(at: lock.path) }
                == CommandFailure("another worker of this host serves the run directory"))
        holder.end()
        try WorkerStart.takeLock(at: lock.path).removeFile()
        #expect(commandFailure { _ = try WorkerStart.takeLock(at: directory.file("no/lock")) } != nil)
    }
}

/// What a log wrote.
private final class Lines: Sendable {
    private let lines = Mutex<[String]>([])

    var all: [String] { lines.withLock { $0 } }

    func add(_ line: String) { lines.withLock { $0.append(line) } }
}
