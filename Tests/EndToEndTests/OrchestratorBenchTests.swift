import Foundation
import TestSupport
import Testing

/// `sweep-bench orchestrator` measures this build and says what it measured. No time is asserted.
@Suite(.timeLimit(.minutes(2)))
struct OrchestratorBenchTests {
    private let sandbox: Sandbox

    init() throws {
        sandbox = try Sandbox()
    }

    @Test func `every task and record is counted, and what it cost is said by thread`() async throws {
        let result = try await bench("--tasks", "20", "--epochs", "2", "--workers", "2", "--slots", "2").result()
        #expect(result.exitCode == 0, "\(result.errors)")
        let report = try #require(try objects(CoordinatorObject.self, in: result.output).first)
        #expect(report.coordinator == Program.sweep)
        #expect(report.tasks == 20 && report.epochs == 2 && report.workers == 2 && report.slots == 2)
        #expect(report.ratio == 1 && report.rounds.count == 1)
        let figures = report.together
        #expect(figures.endsStored == 20 && figures.recordsStored == 40 && figures.assignments == 20)
        #expect(figures.recordStored.count == 40)
        // A slot's first task was not waited for, and a worker that comes late may find none left.
        #expect((16...18).contains(figures.idleSlot.count) && figures.idleSlot.count == figures.endToNextTask.count)
        for waits in [figures.recordStored, figures.idleSlot, figures.endToNextTask] {
            let median = try #require(waits.p50Milliseconds), tail = try #require(waits.p99Milliseconds)
            #expect(median > 0 && median <= tail)
        }
        #expect(figures.seconds > 0 && figures.tasksPerSecond > 0 && figures.exitSeconds > 0)
        #expect(figures.fleetMicroseconds > 0 && figures.journalBytes > 0 && figures.peakMemoryBytes > 1_000_000)
        #expect(figures.threadMicroseconds["sweep-zeromq"] != nil, "\(figures.threadMicroseconds)")
        #expect(try leftovers().isEmpty)
    }

    @Test func `several coordinators and rivals are measured in turn, and one that is missing says so`() async throws {
        let result = try await bench(
            "--tasks", "20", "--workers", "1", "--slots", "1", "--rounds", "2", "--coordinator", Program.sweep,
            "--coordinator", Program.sweep, "--against", "ray,dask", "--python", pretendedPython()
        ).result()
        #expect(result.exitCode == 0, "\(result.errors)")
        let lines = result.output.split(separator: "\n").map(String.init)
        try #require(lines.count == 4)
        let coordinators = try objects(CoordinatorObject.self, in: lines.prefix(2).joined(separator: "\n"))
        try #require(coordinators.map(\.rounds.count) == [2, 2])
        #expect(coordinators[0].ratio == 1)
        #expect(coordinators[1].ratio > 0 && coordinators[1].together.endsStored == 40)
        let rivals = try objects(RivalObject.self, in: lines.suffix(2).joined(separator: "\n"))
        try #require(rivals.map(\.rival) == ["ray", "dask"])
        #expect(rivals[0].absence == "module named ray" && rivals[0].tasksPerSecond == nil)
        #expect(rivals[1].tasksPerSecond == 10 && rivals[1].rounds.map(\.version) == ["1.0", "1.0"])
    }

    @Test func `the tables have a row for each coordinator`() async throws {
        let result = try await Program(
            [Program.sweep + "-bench", "orchestrator", "--tasks", "10", "--workers", "1"], in: sandbox.path,
            environment: ["TMPDIR": sandbox.path]
        ).result()
        #expect(result.exitCode == 0, "\(result.errors)")
        for text in ["1  \(Program.sweep)\n", "tasks/s", "record → stored p50", "CPU µs/task of the thread"] {
            #expect(result.output.contains(text), "\(text): \(result.output)")
        }
    }

    @Test func `a coordinator that fails ends it with what that said last`() async throws {
        let result = try await bench("--coordinator", try script("echo 'error: no luck' >&2; exit 4")).result()
        #expect(result.exitCode == 1 && result.output.isEmpty)
        #expect(result.errors.contains("exit code 4") && result.errors.contains("error: no luck"), "\(result.errors)")
        #expect(result.errors.split(separator: "\n").count == 1, "\(result.errors)")
        #expect(try leftovers().isEmpty)
    }

    @Test func `a coordinator that does nothing is given up`() async throws {
        let result = try await bench("--timeout", "1", "--coordinator", try script("exec sleep 1000")).result()
        #expect(result.exitCode == 1 && result.errors.contains("nothing came from it for 1 s"), "\(result.errors)")
        #expect(try leftovers().isEmpty)
    }

    @Test func `one that is not there is named`() async throws {
        let result = try await bench("--coordinator", "/nowhere/sweep").result()
        #expect(result.exitCode == 1 && result.errors.contains("--coordinator /nowhere/sweep"), "\(result.errors)")
        #expect(result.errors.split(separator: "\n").count == 1, "\(result.errors)")
    }

    @Test func `interrupted, it ends its children and leaves nothing behind`() async throws {
        let pid = sandbox.file("pid")
        let program = try bench(
            "--coordinator", try script("echo $$ >'\(pid).new'; mv '\(pid).new' '\(pid)'; exec sleep 1000"))
        try await waitUntil("the coordinator's start") { FileManager.default.fileExists(atPath: pid) }
        program.send(SIGINT)
        let result = await program.result()
        #expect(result.exitCode == 130 && result.errors.contains("interrupted"), "\(result.errors)")
        let coordinator = try #require(Int32(try sandbox.read("pid").filter(\.isNumber)))
        #expect(kill(coordinator, 0) == -1 && errno == ESRCH)
        #expect(try leftovers().isEmpty)
    }

    // MARK: Support

    private struct CoordinatorObject: Decodable {
        let coordinator: String
        let tasks: Int
        let epochs: Int
        let workers: Int
        let slots: Int
        let ratio: Double
        let together: Figures
        let rounds: [Figures]
    }

    private struct Figures: Decodable {
        let seconds: Double
        let tasksPerSecond: Double
        let recordsPerSecond: Double
        let joinSeconds: Double
        let exitSeconds: Double
        let coordinatorMicroseconds: Double
        let threadMicroseconds: [String: Double]
        let fleetMicroseconds: Double
        let peakMemoryBytes: Int
        let journalBytes: Int
        let recordsStored: Int
        let endsStored: Int
        let assignments: Int
        let assignedAgain: Int
        let sentAgain: Int
        let recordStored: Waits
        let endToNextTask: Waits
        let idleSlot: Waits
    }

    private struct Waits: Decodable {
        let count: Int
        let p50Milliseconds: Double?
        let p99Milliseconds: Double?
    }

    private struct RivalObject: Decodable {
        let rival: String
        let tasksPerSecond: Double?
        let absence: String?
        let rounds: [Round]

        struct Round: Decodable {
            let version: String
        }
    }

    private func bench(_ arguments: String...) throws -> Program {
        try Program(
            [Program.sweep + "-bench", "orchestrator", "--format", "json"] + arguments, in: sandbox.path,
            environment: ["TMPDIR": sandbox.path])
    }

    private func objects<Object: Decodable>(_ type: Object.Type, in output: String) throws -> [Object] {
        try output.split(separator: "\n").map { try JSONDecoder().decode(type, from: Data($0.utf8)) }
    }

    /// Directories of measurements that are over.
    private func leftovers() throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: sandbox.path).filter { $0.hasPrefix("sweep-bench-") }
    }

    private func script(_ text: String, to name: String = "script") throws -> String {
        let path = try sandbox.write("#!/bin/sh\n\(text)\n", to: name)
        chmod(path, 0o755)
        return path
    }

    /// Answers as the program of the rivals does, without Ray, and does twenty tasks in two seconds that nobody waits.
    private func pretendedPython() throws -> String {
        try script(
            """
            case $3 in
            "") exit;;
            ray) echo "no module named ray"; exit;;
            esac
            echo "ready 1.0"
            while read -r tasks; do echo 2.0; done
            """, to: "python")
    }
}
