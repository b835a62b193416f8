import Experiment
import Foundation
import TestSupport
import Testing
import Training

/// A run of an earlier version in which a worker lied: whoever looks at it, or goes on with it, hears who is believed.
@Suite(.timeLimit(.minutes(5)))
struct OlderVerdictTests {
    private let sandbox: Sandbox

    init() throws { sandbox = try Sandbox() }

    /// By worker, without `honest-3`.
    private func verdicts() async throws -> [String: String] {
        let judged = try await sandbox.workers().filter { $0.worker != "honest-3" }
        return Dictionary(uniqueKeysWithValues: judged.compactMap { row in row.verdict.map { (row.worker, $0) } })
    }

    /// Whether `honest-3` came to be vouched for, too, is left to who was the first.
    private static let verdicts = ["honest-1": "vouched", "honest-2": "vouched", "lent": "forgotten", "liar": "lied"]

    @Test(arguments: try Fixtures.judgedRuns)
    func `the liar is named, and whose results are not wanted is no liar`(run: String) async throws {
        try Fixtures.copy(run, to: sandbox.file("run"))
        let status = try await sandbox.status()
        #expect(status.liars.map(\.workers) == [["liar"]] && status.disputes == 0)
        // One for each of the four epochs of each task that the liar trained.
        #expect(status.tasks == 4 && status.done == 3 && status.alarms > 0 && status.alarms.isMultiple(of: 4))
        let text = try await sandbox.run("status", "--out", "run").output
        #expect(text.contains(#/ALARM: liar \(key [0-9a-f]+\) lied, or its host computes wrongly/#), "\(text)")
        #expect(try await verdicts() == Self.verdicts)
    }

    /// Its last task waits with a checkpoint of `honest-2`.
    @Test(arguments: try Fixtures.judgedRuns)
    func `a run with a liar goes on from an honest worker's checkpoint to the tables of an undisturbed one`(
        run: String
    ) async throws {
        try sandbox.makeBlackImages(in: "images")
        let checkpoint = try OldCheckpoint(of: run, data: .load(.cifar10, directory: sandbox.file("images")))
        try Fixtures.copy(run, to: sandbox.file("run"))
        try checkpoint.complete(in: sandbox.file("run"))
        for (name, slots) in [("undisturbed", "2"), ("run", "1")] {
            let result = try await sandbox.run(
                "run", "run/sweep.yaml", "--slots", slots, "--data", "images", "--out", name)
            #expect(result.exitCode == 0, "\(result.errors)")
        }
        for name in ["epochs.csv", "aggregate.csv", "final.csv", "comparison.csv", "noise.csv", "agreement.csv"] {
            #expect(try sandbox.read("run/\(name)") == sandbox.read("undisturbed/\(name)"), "\(name) differs")
        }
        let attempts = try sandbox.attempts().filter { $0.task == checkpoint.task }
        #expect(attempts.map(\.outcome) == [.cancelled, .completed], "\(attempts)")
        #expect(attempts.last?.reason == "went on after epoch \(checkpoint.epoch)")
        #expect(try await verdicts() == Self.verdicts)
        #expect(try await sandbox.status().liars.map(\.workers) == [["liar"]])
    }
}
