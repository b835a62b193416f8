import Foundation
import Testing

/// Every mistake ends with its exit code and one line that names the place and the remedy, and nothing is overwritten.
@Suite(.timeLimit(.minutes(2)))
struct BadInputTests {
    struct Mistake: CustomTestStringConvertible, Sendable {
        var testDescription: String
        var file: String
        var complaint: String

        init(_ description: String, _ complaint: String, _ change: (String) -> String) {
            testDescription = description
            self.complaint = complaint
            file = change(SweepFiles.small())
        }
    }

    static let mistakes = [
        Mistake("an unknown key", "file.yaml:7: train.batchsize") {
            $0.replacing("batch_size: 16", with: "batchsize: 16")
        },
        Mistake("a norm that is none", "file.yaml:4: grid.norm") { $0.replacing("[bn, ln]", with: "[bm]") },
        Mistake("a batch size of 0", "file.yaml:7: train.batch_size") {
            $0.replacing("batch_size: 16", with: "batch_size: 0")
        },
        Mistake("a duplicate seed", "file.yaml:5: grid.seed") { $0.replacing("[1, 2, 3]", with: "[1, 2, 1]") },
        Mistake("an empty axis", "file.yaml:4: grid.norm") { $0.replacing("[bn, ln]", with: "[]") },
        Mistake("a syntax error", "file.yaml:") { $0.replacing("[bn, ln]", with: "[bn, ln") },
    ]

    @Test(arguments: mistakes)
    func `a bad sweep file is refused at its line`(_ mistake: Mistake) async throws {
        let sandbox = try Sandbox()
        try sandbox.write(mistake.file, to: "file.yaml")
        for command in [["plan", "file.yaml"], ["run", "file.yaml", "--out", "run"]] {
            let result = try await sandbox.start(command).result()
            expectOneLine(result, exitCode: 2, mistake.complaint)
        }
        #expect(!FileManager.default.fileExists(atPath: sandbox.file("run")))
    }

    @Test func `missing images are named with the command that gets them`() async throws {
        let sandbox = try Sandbox()
        try sandbox.write(SweepFiles.small().replacing("data: shapes", with: "data: cifar10"), to: "file.yaml")
        for data in [["--data", "nowhere"], []] {
            let result = try await sandbox.start(["run", "file.yaml", "--out", "run"] + data).result()
            expectOneLine(result, exitCode: 1, "sweep data fetch")
        }
        #expect(!FileManager.default.fileExists(atPath: sandbox.file("run")))
    }

    @Test func `a mistyped token is refused`() async throws {
        let sandbox = try Sandbox()
        expectOneLine(try await sandbox.run("worker", "--join", "nonsense"), exitCode: 2, "sweep invite")
    }

    @Test func `a token that the coordinator does not admit is refused`() async throws {
        let sandbox = try Sandbox()
        try sandbox.write(SweepFiles.small(), to: "file.yaml")
        let coordinator = try await sandbox.startCoordinator(of: "file.yaml")
        let token = try await sandbox.invite()
        try FileManager.default.removeItem(atPath: sandbox.file("config/sweep/keys/invites"))
        try FileManager.default.createDirectory(
            atPath: sandbox.file("config/sweep/keys/invites"), withIntermediateDirectories: false,
            attributes: [.posixPermissions: 0o700])
        let result = try await sandbox.run("worker", "--join", token, "--slots", "1")
        #expect(result.exitCode == 2)
        #expect(result.errors.contains("does not admit this token"), "\(result.errors)")
        coordinator.send(SIGINT)
        #expect(await coordinator.result().exitCode == 130)
    }

    @Test func `a port in use is named`() async throws {
        let sandbox = try Sandbox()
        try sandbox.write(SweepFiles.small(), to: "file.yaml")
        let listener = try Listener()
        let endpoint = "tcp://127.0.0.1:\(listener.port)"
        let result = try await sandbox.run("run", "file.yaml", "--slots", "0", "--listen", endpoint, "--out", "run")
        expectOneLine(result, exitCode: 1, endpoint)
    }

    @Test func `a directory of another sweep is left as it is`() async throws {
        let sandbox = try Sandbox()
        try sandbox.write(SweepFiles.small(seeds: "[1]"), to: "one.yaml")
        try sandbox.write(SweepFiles.small(seeds: "[2]"), to: "other.yaml")
        _ = try await sandbox.run("run", "one.yaml", "--slots", "2", "--out", "run")
        let before = try sandbox.read("run/epochs.csv") + sandbox.read("run/sweep.yaml")
        let result = try await sandbox.run("run", "other.yaml", "--slots", "2", "--out", "run")
        expectOneLine(result, exitCode: 2, "--out")
        #expect(try sandbox.read("run/epochs.csv") + sandbox.read("run/sweep.yaml") == before)
    }

    @Test func `a second coordinator in a directory is refused`() async throws {
        let sandbox = try Sandbox()
        try sandbox.write(SweepFiles.small(), to: "file.yaml")
        let first = try await sandbox.startCoordinator(of: "file.yaml")
        let second = try await sandbox.run("run", "file.yaml", "--slots", "1", "--out", "run")
        expectOneLine(second, exitCode: 1, "\(first.processID)")
        first.send(SIGINT)
        #expect(await first.result().exitCode == 130)
    }

    @Test func `a directory that cannot be written is named`() async throws {
        let sandbox = try Sandbox()
        try sandbox.write(SweepFiles.small(), to: "file.yaml")
        // Not even root can make a directory there.
        let result = try await sandbox.run("run", "file.yaml", "--slots", "1", "--out", "/proc/sweep-run")
        expectOneLine(result, exitCode: 1, "/proc/sweep-run")
    }

    @Test func `results that cannot be written are no success`() async throws {
        let sandbox = try Sandbox()
        try sandbox.write(SweepFiles.small(), to: "file.yaml")
        let full = try await sandbox.shell("sweep plan file.yaml > /dev/full").result()
        expectOneLine(full, exitCode: 1, "standard output")
        // What is opened next gets the number of a closed descriptor, and would be written to.
        try sandbox.write(SweepFiles.small(norms: "[bn]", seeds: "[1]", epochs: 1), to: "small.yaml")
        let closed = try await sandbox.shell("sweep run small.yaml --slots 1 --out run <&- >&- 2>&-").result()
        #expect(closed.exitCode == 0)
        #expect(try sandbox.rows("run/epochs.csv").count == 1)
        // A reader that has seen enough is no failure.
        let reader = try await sandbox.shell("sweep plan file.yaml --format json | head -c 1").result()
        #expect(reader.exitCode == 0 && reader.errors.isEmpty)
    }

    @Test(arguments: [
        ["run"], ["run", "x.yaml", "--slots", "many"], ["nonsense"], ["train", "--norm", "bm"], ["worker"],
    ])
    func `bad usage ends with exit code 2`(_ arguments: [String]) async throws {
        let sandbox = try Sandbox()
        let result = try await sandbox.start(arguments).result()
        withExtendedLifetime(sandbox) {}
        #expect(result.exitCode == 2)
        #expect(result.errors.contains("Error") || result.errors.contains("error"), "\(result.errors)")
        #expect(result.output.isEmpty)
    }

    /// Widths that are none, and those of no terminal.
    @Test(arguments: ["0", "1", "-5", "abc", "", "100000"])
    func `help has its descriptions whatever COLUMNS says`(_ columns: String) async throws {
        let sandbox = try Sandbox()
        let help = try await sandbox.shell("COLUMNS='\(columns)' exec sweep run --help").result()
        #expect(help.exitCode == 0)
        let words = help.output.split(whereSeparator: \.isWhitespace).joined(separator: " ")
        #expect(words.contains("Trainers on this host (default: one for each core"), "\(help.output)")
        #expect(help.output.split(separator: "\n").allSatisfy { $0.count <= 240 })
    }

    @Test(arguments: [
        ["run", "small.yaml", "--lease", "1e-325"], ["run", "small.yaml", "--checkpoint-every", "1e-325"],
        ["run", "small.yaml", "--linger", "2e-320"], ["run", "small.yaml", "--lease", "1e400"],
        ["run", "small.yaml", "--lease", "nan"], ["run", "small.yaml", "--audit", "1e-325%"],
        ["train", "--data", "shapes", "--learning-rate", "1e-325"], ["train", "--data", "shapes", "--epochs", "1e0"],
    ])
    func `a number that would lose its value is no option`(_ arguments: [String]) async throws {
        let sandbox = try Sandbox()
        try sandbox.write(SweepFiles.small(), to: "small.yaml")
        let result = try await sandbox.run(arguments)
        #expect(result.exitCode == 2, "\(result.errors)")
        #expect(result.errors.contains(arguments[arguments.count - 1]), "\(result.errors)")
        #expect(!FileManager.default.fileExists(atPath: sandbox.file("runs")))
    }

    private func expectOneLine(
        _ result: Program.Result, exitCode: Int32, _ complaint: String,
        sourceLocation: SourceLocation = #_sourceLocation
    ) {
        #expect(result.exitCode == exitCode, "\(result.errors)", sourceLocation: sourceLocation)
        let lines = result.errors.split(separator: "\n")
        #expect(lines.count == 1, "\(result.errors)", sourceLocation: sourceLocation)
        #expect(result.errors.contains(complaint), "\(result.errors)", sourceLocation: sourceLocation)
        #expect(result.output.isEmpty, sourceLocation: sourceLocation)
    }
}
