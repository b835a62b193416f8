import Foundation
import TestSupport
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

    /// Each is written before its hash is known, and no disk is at fault.
    @Test func `checkpoints that are not what their worker said cost a few writes, and name the worker`() async throws {
        let attacked = try await checkSweep(under: "spoilt_checkpoints")
        #expect(attacked.writtenBytes <= 64 << 20, "it wrote \(attacked.writtenBytes) bytes")
        let events = attacked.errors.split(separator: "\n").compactMap(ProgramEvent.init)
        #expect(!events.contains { $0.event == "checkpointsFailed" }, "the disk is well")
        let told = events.filter { $0.event == "checkpointForged" }
        #expect(!told.isEmpty && told.allSatisfy { $0.worker == "hostile" }, "\(told)")
    }

    /// Of a task that another worker has trained since.
    @Test func `records that differ from what another one trained raise few alarms, and change nothing`() async throws {
        // It says nothing while it keeps a task.
        let (coordinator, tokens) = try await start(lease: 20)
        let gate = sandbox.file("again")
        let hostile = try HostilePeer.start(
            "false_alarms", with: tokens.hostile, in: sandbox, knowing: sandbox.file("true.csv"), waitingFor: gate)
        try await hostile.waitForError(containing: "round 1 is made")
        let worker = try sandbox.start("worker", "--join", tokens.honest, "--slots", "1")
        let trained = """
            SELECT count(*) FROM records
            WHERE task = (SELECT task FROM attempts WHERE worker = 'hostile' AND outcome = 'preempted')
            """
        try await waitUntil("the task that was given back to be trained", knowing: coordinator.errors) {
            try #require(coordinator.isRunning, "\(coordinator.errors)")
            let counts: [Int] = try sandbox.journalValues(trained, in: "run")
            return counts == [2]
        }
        try await sandbox.holdingWorker(worker.processID) {
            try sandbox.requireUnfinished()
            try sandbox.write("", to: "again")
            try await hostile.waitForError(containing: "round 2 is made")
        }
        let result = await coordinator.result()
        #expect(result.exitCode == 0, "\(result.errors.suffix(4_000))")
        await end([hostile, worker])
        try await expectUndisturbed(result)
        let alarms = result.errors.split(separator: "\n").compactMap(ProgramEvent.init).filter {
            $0.event == "recordDiffered"
        }
        #expect((1...500).contains(alarms.count), "\(alarms.count) alarms")
    }

    /// Every attack that there is has its test.
    @Test func `the attacks of the scripts are those of the tests`() throws {
        let folder = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Hostile")
        for (file, names) in [("strangers", HostilePeer.strangers), ("insiders", HostilePeer.insiders)] {
            let text = try String(contentsOf: folder.appending(path: "\(file).py"), encoding: .utf8)
            let functions = text.matches(of: /(?m)^def ([a-z_]+)\((peer|insider, peer)\):/).map { String($0.1) }
            #expect(functions.filter { !HostilePeer.special.contains($0) } == names)
        }
    }

    // MARK: Steps

    /// What a coordinator was seen to do.
    private struct Attacked {
        let errors: String
        let writtenBytes: Int
    }

    /// A coordinator, and the tokens of an honest worker and of a hostile one, which may come several times.
    private func start(
        lease: Int = 5
    ) async throws -> (coordinator: Program, tokens: (honest: String, hostile: String)) {
        try sandbox.write(SweepFiles.small(), to: "small.yaml")
        let table = try #require(try await Self.undisturbed.value.tables["epochs.csv"])
        try sandbox.write(table, to: "true.csv")
        let coordinator = try await sandbox.startCoordinator(with: ["--lease", "\(lease)"])
        let honest = try await sandbox.invite(to: "run", "--name", "honest")
        let hostile = try await sandbox.invite(to: "run", "--name", "hostile", "--uses", "8")
        return (coordinator, (honest, hostile))
    }

    /// A round of the attack comes first, and others while the honest worker trains. Then the attack ends while that
    /// worker stands still, so that what stays of it can be seen; and it begins anew until the sweep is over.
    ///
    /// - Parameter honestFirst: the honest worker is there before: what needs a second key has one. It stands still at
    ///   no time then.
    @discardableResult
    private func checkSweep(under attack: String, honestFirst: Bool = false) async throws -> Attacked {
        let (coordinator, tokens) = try await start()
        let join = { try sandbox.start("worker", "--join", tokens.honest, "--slots", "1") }
        let early = honestFirst ? try join() : nil
        if let early { try await sandbox.waitForWorkers(1, early) }
        let before = try #require(ProcessMemory(of: coordinator.processID))
        async let seen = Self.watch(coordinator)
        var hostile = [try attackAnew(attack, tokens.hostile)]
        try await hostile[0].waitForError(containing: "round 1 is made")
        let worker = try early ?? join()
        if !honestFirst {
            try await sandbox.waitForEpochs(1, storedBy: coordinator)
            try await sandbox.holdingWorker(worker.processID) {
                try sandbox.requireUnfinished()
                #expect(hostile[0].isRunning, "\(hostile[0].errors)")
                await end(hostile)
                try await waitForCalm(of: coordinator, since: before)
                hostile = [try attackAnew(attack, tokens.hostile)]
            }
        }
        let result = await coordinator.result()
        #expect(result.exitCode == 0, "\(result.errors.suffix(4_000))")
        #expect(hostile[0].isRunning, "\(hostile[0].errors)")
        await end(hostile + [worker])
        let (peakBytes, writtenBytes) = try await seen
        #expect(peakBytes - before.peakBytes <= 150 << 20, "it had \(peakBytes) bytes at its peak")
        try await expectUndisturbed(result)
        return Attacked(errors: result.errors, writtenBytes: writtenBytes)
    }

    private func attackAnew(_ attack: String, _ token: String) throws -> Program {
        try HostilePeer.start(attack, with: token, in: sandbox, knowing: sandbox.file("true.csv"))
    }

    private func end(_ programs: [Program]) async {
        for program in programs {
            program.send(SIGKILL)
            _ = await program.result()
        }
    }

    /// The most memory that it had and all that it wrote, over its whole life.
    private static func watch(_ coordinator: Program) async throws -> (peakBytes: Int, writtenBytes: Int) {
        var (peak, written) = (0, 0)
        try await waitUntil("the coordinator's end", knowing: coordinator.errors) {
            guard let memory = ProcessMemory(of: coordinator.processID) else { return true }
            peak = memory.peakBytes
            written = writtenBytes(of: coordinator.processID) ?? written
            return false
        }
        return (peak, written)
    }

    /// Waits until the coordinator has given back what the attack made it take.
    private func waitForCalm(of coordinator: Program, since before: ProcessMemory) async throws {
        let process = coordinator.processID
        func grownBytes() -> Int? { ProcessMemory(of: process).map { $0.residentBytes - before.residentBytes } }
        try await waitUntil("it to have 50 MB more at most", knowing: "it has \(grownBytes() ?? 0) bytes more") {
            try #require(grownBytes(), "\(coordinator.errors)") <= 50 << 20
        }
    }

    private func expectUndisturbed(_ result: Program.Result) async throws {
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
