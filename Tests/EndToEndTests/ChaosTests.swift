import Foundation
import Testing

/// The real processes, killed and frozen at random. More of it by hand: `deploy/chaos 500`.
@Suite(.serialized)
struct ChaosTests {
    static let tables = ["epochs.csv", "aggregate.csv", "final.csv", "gradient_norms.csv", "layer_gradients.csv"]

    private static var killTarget: Int {
        ProcessInfo.processInfo.environment["SWEEP_CHAOS_KILLS"].flatMap { Int($0) } ?? 12
    }

    /// Of a long run by hand, and of a short one.
    private static var limit: Int { killTarget > 12 ? 90 : 15 }

    @Test(.timeLimit(.minutes(limit)))
    func `a sweep under every strike has the bytes of an undisturbed one`() async throws {
        let seed = ProcessInfo.processInfo.environment["SWEEP_CHAOS_SEED"].flatMap { UInt64($0) } ?? 1
        var killCount = 0
        var strikes: [String: Int] = [:]
        var round: UInt64 = 0
        while killCount < Self.killTarget {
            let left = Self.killTarget - killCount
            let report = try await strikeOneSweep(seed: seed &* 1_000 &+ round, killLimit: left)
            killCount += report.killCount
            strikes.merge(report.strikes, uniquingKeysWith: +)
            round += 1
            let summary = strikes.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }.joined(separator: ", ")
            // Standard error, which no pipe holds back: a long run wants to be watched.
            let line = "chaos: \(round) sweeps, \(killCount) kills: \(summary)\n"
            FileHandle.standardError.write(Data(line.utf8))
            try #require(round < 200, "sweeps that end before anything is killed")
        }
    }

    private func strikeOneSweep(seed: UInt64, killLimit: Int) async throws -> Chaos.Report {
        let sandbox = try Sandbox()
        // Half of the sweeps make many checkpoints, the others few.
        let options = ["--checkpoint-every", seed % 2 == 0 ? "0" : "3", "--lease", "4"]
        let isLong = Self.killTarget > 12
        let file = SweepFiles.small(
            seeds: isLong ? "[1, 2, 3, 4, 5, 6]" : "[1, 2]", epochs: isLong ? 6 : 5, trainLimit: 500, capture: true)
        try sandbox.write(file, to: "small.yaml")
        let undisturbed = try await sandbox.run("run", "small.yaml", "--slots", "2", "--out", "undisturbed")
        try #require(undisturbed.exitCode == 0, "\(undisturbed.errors)")
        let chaos = try await Chaos(sandbox, options: options, seed: seed)
        let report = try await chaos.run(killLimit: killLimit, pause: isLong ? 30...300 : 100...700)
        #expect(report.exitCode == 0, "seed \(seed): \(report.errors)")
        for name in Self.tables {
            #expect(try sandbox.read("run/\(name)") == sandbox.read("undisturbed/\(name)"), "seed \(seed): \(name)")
        }
        #expect(try !sandbox.read("run/attempts.csv").contains("ALARM"), "seed \(seed)")
        #expect(try sandbox.files("run/checkpoints").isEmpty, "seed \(seed)")
        return report
    }
}
