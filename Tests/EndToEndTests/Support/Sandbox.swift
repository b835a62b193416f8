import Foundation
import Testing

/// A directory of its own for one test: run directories, keys and cache, all removed at its end.
final class Sandbox: Sendable {
    let path: String

    init() throws {
        path = NSTemporaryDirectory() + "sweep-test-" + UUID().uuidString
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    deinit {
        // Workers outlive a coordinator that was killed.
        for process in processes { kill(process, SIGKILL) }
        try? FileManager.default.removeItem(atPath: path)
    }

    /// The processes that were started here and still run.
    var processes: [Int32] { runningProcesses { directory, _ in directory == path } }

    /// The workers that coordinators started for their own host, though a coordinator may be gone.
    var localWorkers: [Int32] {
        let workers = runningProcesses { directory, command in
            directory == path && command.contains(" --name local-")
        }
        // A trainer that is being started has its worker's command line for a moment.
        let starting = Set(workers.flatMap { children(of: $0) })
        return workers.filter { !starting.contains($0) }
    }

    func file(_ name: String) -> String { "\(path)/\(name)" }

    @discardableResult
    func write(_ text: String, to name: String) throws -> String {
        try text.write(toFile: file(name), atomically: true, encoding: .utf8)
        return file(name)
    }

    func read(_ name: String) throws -> String {
        try String(contentsOfFile: file(name), encoding: .utf8)
    }

    /// The names in a directory.
    func files(_ name: String) throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: file(name)).sorted()
    }

    /// The lines of a CSV file, without its head.
    func rows(_ name: String) throws -> [[String]] {
        try read(name).split(separator: "\n").dropFirst().map { row in
            row.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
        }
    }

    /// What `sweep status --format json` says of a run directory.
    struct Status: Decodable {
        struct Liar: Decodable {
            let workers: [String]
        }

        let tasks: Int
        let done: Int
        let failed: Int
        let running: Int
        let epochsStored: Int
        let alarms: Int
        let liars: [Liar]
        let disputes: Int
        let paused: Bool
        let coordinator: Bool
    }

    func status(of run: String = "run") async throws -> Status {
        let result = try await self.run("status", "--out", run, "--format", "json")
        try #require(result.exitCode == 0, "\(result.errors)")
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        return try decoder.decode(Status.self, from: Data(result.output.utf8))
    }

    /// What `sweep workers --format json` says of a worker.
    struct Worker: Decodable {
        let worker: String
        let verdict: String?
    }

    func workers(of run: String = "run") async throws -> [Worker] {
        let result = try await self.run("workers", "--out", run, "--format", "json")
        try #require(result.exitCode == 0, "\(result.errors)")
        return try JSONDecoder().decode([Worker].self, from: Data(result.output.utf8))
    }

    /// The epochs after which a checkpoint is stored.
    func checkpoints(in run: String = "run") throws -> [Int] {
        try files("\(run)/checkpoints").filter { $0.hasSuffix(".safetensors") }.map { name in
            try #require(Int(name.split(separator: "-").dropFirst().first ?? ""), "\(name)")
        }
    }

    /// Runs `small.yaml` once more without any disturbance and compares the tables.
    func expectUndisturbedTables(in run: String = "run") async throws {
        let result = try await self.run("run", "small.yaml", "--slots", "2", "--out", "undisturbed")
        try #require(result.exitCode == 0, "\(result.errors)")
        // The last three are of what the last records say of every test image.
        for name in [
            "epochs.csv", "aggregate.csv", "final.csv", "noise.csv", "noise_comparison.csv", "agreement.csv",
        ] {
            #expect(try read("\(run)/\(name)") == read("undisturbed/\(name)"), "\(name) differs")
        }
    }

    /// Starts `sweep` here, with keys and cache of this sandbox. `prefix` are the words before it: `ip netns exec …`.
    func start(_ arguments: String..., prefix: [String] = []) throws -> Program {
        try start(arguments, prefix: prefix)
    }

    func start(_ arguments: [String], prefix: [String] = []) throws -> Program {
        try Program(prefix + [Program.sweep] + arguments, in: path, environment: environment)
    }

    /// Starts a line of a shell here, which finds `sweep` on its path.
    func shell(_ line: String) throws -> Program {
        let directory = URL(fileURLWithPath: Program.sweep).deletingLastPathComponent().path
        return try Program(
            ["sh", "-c", line], in: path,
            environment: environment.merging(
                ["PATH": "\(directory):\(ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin")"]) { $1 })
    }

    private var environment: [String: String] {
        ["XDG_CONFIG_HOME": file("config"), "XDG_CACHE_HOME": file("cache")]
    }

    /// Runs `sweep` here to its end.
    func run(_ arguments: String...) async throws -> Program.Result {
        try await run(arguments)
    }

    func run(_ arguments: [String]) async throws -> Program.Result {
        try await start(arguments).result()
    }

    /// Starts a coordinator that trains nothing itself and tells events, and waits until workers can join it.
    ///
    /// - Parameters:
    ///   - file: the sweep file.
    ///   - run: the run directory.
    ///   - endpoint: where it listens.
    ///   - options: others of `sweep run`.
    ///   - prefix: the words before `sweep`.
    func startCoordinator(
        of file: String = "small.yaml", in run: String = "run", at endpoint: String = "tcp://127.0.0.1:0",
        with options: [String] = [], prefix: [String] = [], sourceLocation: SourceLocation = #_sourceLocation
    ) async throws -> Program {
        let words = ["run", file, "--slots", "0", "--listen", endpoint, "--out", run, "--log-format", "json"]
        let coordinator = try start(words + options, prefix: prefix)
        try await coordinator.waitForEvent("listening", sourceLocation: sourceLocation)
        return coordinator
    }

    /// The token that `sweep invite` prints for a run directory.
    func invite(to run: String = "run", _ options: String...) async throws -> String {
        let result = try await self.run(["invite", "--out", run] + options)
        // It prints the command of the worker, and the token is its last word.
        let words = result.output.split(whereSeparator: \.isWhitespace).map(String.init)
        try #require(words.prefix(3) == ["sweep", "worker", "--join"] && words.count == 4, "\(result.errors)")
        return words[3]
    }

    /// Starts a worker of one slot with an invitation to a run directory.
    func join(_ run: String = "run", _ options: [String] = []) async throws -> Program {
        try start(["worker", "--join", await invite(to: run), "--slots", "1"] + options)
    }

    /// CIFAR-10's six files with black images of class 0, which take no room on the disk.
    func makeBlackImages(in name: String) throws {
        let directory = file(name)
        try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
        for name in (1...5).map({ "data_batch_\($0).bin" }) + ["test_batch.bin"] {
            try Data().write(to: URL(fileURLWithPath: "\(directory)/\(name)"))
            guard truncate("\(directory)/\(name)", 10_000 * 3_073) == 0 else { throw CocoaError(.fileWriteUnknown) }
        }
    }
}
