import ChildProcesses
import CoordinatorService
import Experiment
import Foundation
import HostSystem
import Logging
import Scheduling
import TestSupport
import Testing
import Transport

/// The worker process of this host. A shell stands in for `sweep worker`.
@Suite(.timeLimit(.minutes(1)))
struct LocalWorkerTests {
    private let directory = TemporaryDirectory()
    private let ended = Heard<WorkerID>()
    private let token: JoinToken

    init() throws {
        token = try JoinToken(
            endpoint: Endpoint("ipc:///nowhere"), coordinatorKey: CurveKeyPair.generate().publicKey,
            workerKeys: .generate())
    }

    private var lock: ProcessLock { ProcessLock(path: directory.path + "/lock") }
    private var log: String { directory.path + "/worker.log" }

    private func worker(
        _ script: String = "", executable: String = "/bin/sh", arguments: [String]? = nil
    ) -> LocalWorker {
        let arguments = arguments ?? ["-c", "cd '\(directory.path)'; \(script)", "sh"]
        return LocalWorker(
            LocalWorkerConfiguration(executable: executable, arguments: arguments), token: token, lock: lock,
            logPath: log, log: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        ) { [ended] in ended.put($0) }
    }

    private func contents(_ name: String) throws -> String {
        try String(contentsOfFile: "\(directory.path)/\(name)", encoding: .utf8)
    }

    @Test func `a worker gets the lock and its name as options and the token on its standard input`() async throws {
        let worker = worker("read token; echo $token $* > said; echo complaint >&2")
        let name = try worker.start()
        #expect(name.isLocal && worker.isRunning)
        #expect(try await ended.next("the worker's end") == name)
        #expect(try contents("said") == "\(token.encoded) --local \(lock.path) --name \(name)\n")
        #expect(try contents("worker.log") == "complaint\n")
        worker.forgetProcess()
        #expect(!worker.isRunning && worker.fault == nil)
        // The next one has another name, and adds to the log.
        #expect(try worker.start() != name)
        _ = try await ended.next("the next worker's end")
        #expect(try contents("worker.log") == "complaint\ncomplaint\n")
        worker.forgetProcess()
    }

    @Test(arguments: [
        ("exit 7", "it ended with exit code 7; see LOG"), ("echo first; echo ' no images '; exit 1", "no images"),
        ("kill -9 $$", "it was ended by a signal (Killed); see LOG"), ("echo words; exit 0", nil),
    ])
    func `why a worker ended is told in its last words, or by its exit`(script: String, reason: String?) async throws {
        let worker = worker(script)
        _ = try worker.start()
        _ = try await ended.next("the worker's end")
        worker.forgetProcess()
        #expect(worker.fault == reason?.replacing("LOG", with: log))
    }

    @Test func `a worker is signalled while it runs`() async throws {
        let worker = worker("exec sleep 600")
        _ = try worker.start()
        worker.send(signal: SIGTERM)
        _ = try await ended.next("the worker's end")
        worker.forgetProcess()
        #expect(worker.fault == "it was ended by a signal (Terminated); see \(log)")
        worker.send(signal: SIGTERM)
    }

    @Test func `a program that cannot be started is a fault, and the next try may succeed`() async throws {
        let program = directory.path + "/program"
        let worker = worker(executable: program, arguments: [])
        #expect(throws: SystemCallError.self) { try worker.start() }
        #expect(!worker.isRunning && worker.fault?.contains(program) == true)
        try FileManager.default.copyItem(atPath: "/bin/true", toPath: program)
        _ = try worker.start()
        #expect(worker.fault == nil)
        _ = try await ended.next("the worker's end")
        worker.forgetProcess()
    }

    @Test func `an end without a word names the limits that may be why`() {
        func fault(_ end: ChildProcess.End, used: Duration = .zero) -> String? {
            LocalWorker.fault(
                said: "", end: end, processorTime: used, logPath: "LOG", timeLimit: .init(seconds: 3),
                memoryLimits: [.init(.addressSpace, byteCount: 781 << 20)])
        }
        for end in [ChildProcess.End.exited(1), .signalled(SIGABRT)] {
            #expect(fault(end)?.contains("781 MiB of address space (ulimit -v") == true)
        }
        #expect(fault(.signalled(SIGKILL), used: .seconds(3))?.contains("3 s of processor time") == true)
        #expect(fault(.exited(0)) == nil)
    }

    // MARK: A worker of an earlier coordinator

    @Test func `a worker that an earlier coordinator started is found, and known to be alike or not`() throws {
        let options = LockHolder.commandLine(of: lock, [])
        let holder = try LockHolder(of: lock, arguments: ["--local", lock.path, "--name", "local-ab12"])
        let name = try #require(WorkerID(rawValue: "local-ab12"))
        let alike = worker(executable: LockHolder.executable, arguments: options)
        #expect(alike.look() == .worker(name, isAlike: true))
        #expect(alike.isRunning)
        #expect(worker(arguments: options).look() == .worker(name, isAlike: false), "another program")
        #expect(worker(executable: LockHolder.executable, arguments: []).look() == .worker(name, isAlike: false))
        alike.send(signal: SIGTERM)
        #expect(holder.wait() == .signalled(SIGTERM))
        #expect(worker().look() == .nobody)
    }

    @Test func `another holder of its lock leaves it unclear whether there is a worker`() throws {
        let holder = try LockHolder(of: lock)
        let worker = worker()
        #expect(worker.look() == .unclear)
        #expect(worker.fault?.contains("process \(holder.processID) holds") == true && !worker.isRunning)
        holder.end()
        #expect(worker.look() == .nobody && worker.fault == nil)
    }

    @Test func `the end of a worker that was taken over is told`() async throws {
        let name = try #require(WorkerID(rawValue: "local-ab12"))
        let holder = try LockHolder(of: lock, arguments: ["--name", name.rawValue])
        let worker = worker()
        #expect(worker.look() == .worker(name, isAlike: false))
        try worker.takeOver(name)
        #expect(ended.unread.isEmpty)
        holder.end()
        #expect(try await ended.next("the end of the worker that was taken over") == name)
        worker.forgetProcess()
        #expect(!worker.isRunning && worker.fault == nil)
    }
}
