import Foundation
import Testing

/// Peers that attack a coordinator while an honest worker trains: the sweep ends with the bytes of an undisturbed one,
/// and nothing grows beyond its bound. `Hostile/strangers.py` and `Hostile/insiders.py` say what each attack does, and
/// of whom it was known.
@Suite(
    .timeLimit(.minutes(3)), .enabled(if: HostilePeer.canRun, "needs python3, and libsodium, which libzmq5 brings"))
struct HostilePeerTests {
    private let sandbox: Sandbox

    init() throws {
        sandbox = try Sandbox()
    }

    @Test(arguments: HostilePeer.strangers)
    func `who has no worker's key changes nothing`(attack: String) async throws {
        try await checkSweep(under: attack)
    }

    @Test(arguments: HostilePeer.insiders)
    func `a worker that was let in and attacks changes nothing`(attack: String) async throws {
        try await checkSweep(under: attack)
    }

    /// One worker's word that tasks diverge or fail, where another one can be asked.
    @Test func `a worker that tells of failures that there are not fails no task`() async throws {
        try await checkSweep(under: "false_failures", honestFirst: true)
    }

    /// Every attack that there is has its test.
    @Test func `the attacks of the scripts are those of the tests`() throws {
        let folder = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Hostile")
        for (file, names) in [("strangers", HostilePeer.strangers), ("insiders", HostilePeer.insiders)] {
            let text = try String(contentsOf: folder.appending(path: "\(file).py"), encoding: .utf8)
            let functions = text.matches(of: /(?m)^def ([a-z_]+)\((peer|insider, peer)\):/).map { String($0.1) }
            #expect(functions.filter { !["false_failures", "false_alarms"].contains($0) } == names)
        }
    }

    /// A round of the attack comes first, and others while the honest worker trains.
    ///
    /// - Parameter honestFirst: the honest worker is there before: what needs a second key has one.
    private func checkSweep(under attack: String, honestFirst: Bool = false) async throws {
        let text = SweepFiles.small()
        try sandbox.write(text, to: "small.yaml")
        let coordinator = try await sandbox.startCoordinator(with: ["--lease", "5"])
        let honest = try await sandbox.invite(to: "run", "--name", "honest")
        let join = { try sandbox.start("worker", "--join", honest, "--slots", "1") }
        let early = honestFirst ? try join() : nil
        if let early { try await sandbox.waitForWorkers(1, early) }
        let before = try #require(ProcessMemory(of: coordinator.processID))
        let hostile = try await HostilePeer.start(
            attack, with: sandbox.invite(to: "run", "--name", "hostile"), in: sandbox)
        try await hostile.waitForError(containing: "round 1 is made")
        let attacked = try #require(ProcessMemory(of: coordinator.processID))
        let worker = try early ?? join()
        let result = await coordinator.result()
        #expect(result.exitCode == 0, "\(result.errors.suffix(4_000))")
        #expect(hostile.isRunning, "\(hostile.errors)")
        for program in [hostile, worker] {
            program.send(SIGKILL)
            _ = await program.result()
        }
        #expect(attacked.peakBytes - before.peakBytes <= 150 << 20, "it had \(attacked.peakBytes) bytes at its peak")
        let undisturbed = try await Self.undisturbed.value
        for name in UndisturbedRun.tables {
            #expect(try sandbox.read("run/\(name)") == undisturbed.tables[name], "\(name) differs")
        }
        // What the honest worker's records take, and not more than 1 MB on top of it.
        let growth = try storedBytes(in: sandbox.file("run")) + result.errors.utf8.count - undisturbed.storedBytes
        #expect(growth <= 1 << 20, "journal, logs and terminal grew by \(growth) bytes")
    }

    /// One run for all tests.
    private static let undisturbed = Task { try await UndisturbedRun() }
}

/// What the sweep of the attacks gives without an attack.
private struct UndisturbedRun: Sendable {
    static let tables = ["epochs.csv", "aggregate.csv", "final.csv", "comparison.csv"]

    let tables: [String: String]
    let storedBytes: Int

    init() async throws {
        let sandbox = try Sandbox()
        try sandbox.write(SweepFiles.small(), to: "small.yaml")
        // Its logs are written as those of the attacked coordinator.
        let result = try await sandbox.run(
            "run", "small.yaml", "--slots", "1", "--out", "run", "--log-format", "json")
        try #require(result.exitCode == 0, "\(result.errors)")
        let texts = try Self.tables.map { ($0, try sandbox.read("run/\($0)")) }
        tables = Dictionary(uniqueKeysWithValues: texts)
        storedBytes = try EndToEndTests.storedBytes(in: sandbox.file("run"))
    }
}

/// Of the journal and the logs in a run directory.
private func storedBytes(in run: String) throws -> Int {
    let names = try FileManager.default.subpathsOfDirectory(atPath: run)
    return names.filter { $0.hasPrefix("state.sqlite") || $0.hasPrefix("logs/") }.reduce(0) { total, name in
        total + (((try? FileManager.default.attributesOfItem(atPath: "\(run)/\(name)"))?[.size] as? Int) ?? 0)
    }
}
