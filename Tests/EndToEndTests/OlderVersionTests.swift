import Experiment
import Foundation
import TestSupport
import Testing
import Training

/// What earlier versions wrote is read, resumed, exported and replayed, with the bytes that those versions gave.
/// Columns that came later stand behind them.
@Suite(.timeLimit(.minutes(5)))
struct OlderVersionTests {
    /// Tables that have got columns since that version.
    private static let grown = ["version-0.1.0": ["aggregate.csv", "final.csv", "comparison.csv", "attempts.csv"]]

    /// Those that it wrote, and whose bytes are kept.
    private static func tables(of run: String) throws -> [String] {
        try Fixtures.names(in: run).filter { $0.hasSuffix(".csv") }
    }

    /// Of interrupted runs no tables are kept.
    @Test(arguments: try Fixtures.runs.filter { try !tables(of: $0).isEmpty })
    func `a run is exported with the bytes of its own version`(run: String) async throws {
        let sandbox = try Sandbox()
        try Fixtures.copy(run, to: sandbox.file("run"))
        let result = try await sandbox.run("export", "--out", "run", "--to", "exported")
        #expect(result.exitCode == 0, "\(result.errors)")
        try expectTables(of: run, in: "exported", sandbox, Self.tables(of: run))
        if run.hasSuffix("/finished") { try expectSums(of: run, in: "exported", sandbox) }
    }

    @Test func `what the first version did not store of the test images is said to be missing`() async throws {
        let version = "version-0.1.0"
        let sandbox = try Sandbox()
        try Fixtures.copy("\(version)/finished", to: sandbox.file("run"))
        let result = try await sandbox.run("export", "--out", "run", "--to", "exported", "--predictions")
        #expect(result.exitCode == 0 && result.output.hasSuffix("\nexported/predictions/index.csv\n"))
        #expect(
            result.errors.hasPrefix("Note: 4 finished tasks have no predictions: an earlier version of sweep trained"))
        #expect(try sandbox.read("exported/predictions/index.csv") == "task,norm,seed,images,right\n")
        let noise = try sandbox.read("exported/noise.csv").split(separator: "\n").dropFirst()
        #expect(noise.map { $0.split(separator: ",").prefix(3).joined(separator: ",") } == ["bn,0,2", "ln,0,2"])
        #expect(try sandbox.rows("exported/agreement.csv").isEmpty)
    }

    @Test(arguments: try Fixtures.versions)
    func `a finished task is replayed with the same bits`(version: String) async throws {
        let sandbox = try Sandbox()
        try Fixtures.copy("\(version)/finished", to: sandbox.file("run"))
        let task = try #require(try sandbox.attempts().last).task
        let result = try await sandbox.run("replay", task, "--out", "run")
        #expect(result.exitCode == 0, "\(result.errors)")
        #expect(result.output == "epoch 1: the same\nepoch 2: the same\nepoch 3: the same\n")
    }

    /// It was killed with SIGKILL: what it stored stands in the journal's write-ahead log.
    @Test(arguments: try Fixtures.versions)
    func `an interrupted run goes on from its checkpoint and gives the tables of the finished one`(
        version: String
    ) async throws {
        let sandbox = try Sandbox()
        let checkpoint = try OldCheckpoint(of: "\(version)/interrupted", data: .load(.shapes, directory: nil))
        try Fixtures.copy("\(version)/interrupted", to: sandbox.file("run"))
        try checkpoint.complete(in: sandbox.file("run"))
        let result = try await sandbox.run("run", "run/sweep.yaml", "--slots", "1", "--out", "run")
        #expect(result.exitCode == 0, "\(result.errors)")
        // Who trained what, and when, is another one's story.
        let finished = "\(version)/finished"
        try expectTables(of: finished, in: "run", sandbox, Self.tables(of: finished).filter { $0 != "attempts.csv" })
        try expectSums(of: finished, in: "run", sandbox)
        let attempts = try sandbox.attempts().filter { $0.task == checkpoint.task }
        #expect(attempts.map(\.outcome) == [.workerLost, .completed], "\(attempts)")
        #expect(attempts.last?.reason == "went on after epoch \(checkpoint.epoch)")
    }

    @Test(arguments: try Fixtures.versions)
    func `a checkpoint is read, and written again with the same bytes`(version: String) throws {
        let data = try DataSet.load(.shapes, directory: nil)
        let old = try OldCheckpoint(of: "\(version)/interrupted", data: data)
        let bytes = [UInt8](try old.bytes())
        let checkpoint = try Checkpoint(decoding: bytes)
        #expect(checkpoint.completedEpochs == old.epoch)
        #expect(checkpoint.encoded() == bytes)
        #expect(TaskID(parameters: checkpoint.parameters, data: data.digest).rawValue == old.task)
        #expect(try Trainer(resuming: checkpoint, data: data).trainEpoch().epoch == old.epoch + 1)
    }

    @Test(arguments: try Fixtures.versions)
    func `weights are saved with the bytes of that version`(version: String) async throws {
        let sandbox = try Sandbox()
        let result = try await sandbox.run(
            "train", "--data", "shapes", "--norm", "bn", "--batch-size", "64", "--seed", "1", "--epochs", "1",
            "--learning-rate", "0.002", "--train-limit", "320", "--test-limit", "40", "--save", "weights.safetensors")
        #expect(result.exitCode == 0, "\(result.errors)")
        let header = try Fixtures.data(of: "\(version)/train/weights.safetensors.header")
        #expect(try Data(contentsOf: URL(filePath: sandbox.file("weights.safetensors"))).starts(with: header))
        try expectSums(of: "\(version)/train", in: ".", sandbox)
    }

    // MARK: Steps

    private func expectTables(of run: String, in directory: String, _ sandbox: Sandbox, _ names: [String]) throws {
        let version = run.prefix { $0 != "/" }
        for name in names {
            let old = try Fixtures.text(of: "\(run)/\(name)")
            let new = try sandbox.read("\(directory)/\(name)")
            let hasGrown = Self.grown[String(version), default: []].contains(name)
            #expect(hasGrown ? keepsColumns(new, of: old) : new == old, "\(name)")
        }
    }

    /// Compares with `SHA256SUMS` of a fixture, which stands for the files that are too large to be kept.
    private func expectSums(of fixture: String, in directory: String, _ sandbox: Sandbox) throws {
        let lines = try Fixtures.text(of: "\(fixture)/SHA256SUMS").split(separator: "\n")
        #expect(!lines.isEmpty)
        for line in lines {
            let (sum, name) = (String(line.prefix(64)), String(line.dropFirst(66)))
            let bytes = [UInt8](try Data(contentsOf: URL(filePath: sandbox.file("\(directory)/\(name)"))))
            #expect(ContentDigest(of: bytes).rawValue == sum, "\(name) differs")
        }
    }
}
