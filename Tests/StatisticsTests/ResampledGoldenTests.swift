import ChildProcesses
import Foundation
import Statistics
import TestSupport
import Testing

/// Bootstraps and drawn patterns beside an independent implementation: equal up to the Monte Carlo error of both.
struct ResampledGoldenTests {
    private let temporary = TemporaryDirectory()

    /// Both ends of the superiority's interval are on a lattice of 1/n, or 1/(2n) with ties. A Monte Carlo error moves
    /// an end by one step at most.
    @Test func `the superiority's interval is that of scipy.stats.bootstrap`() throws {
        var compared = 0
        for row in try Golden.file.get().paired {
            guard let reference = row.superiorityIntervalResampled else { continue }
            let ours = try Superiority.of(row.sample).get().interval.get()
            let step = 1 / Double(row.first.count)
            for (end, expected) in zip(ours.ends, reference) {
                #expect(abs(end - expected) <= step + 1e-12, "\(row.name): \(ours), \(reference)")
            }
            compared += 1
        }
        #expect(compared >= 8)
    }

    /// The end of a 95 % interval has a Monte Carlo error of √(0.025 · 0.975 / B)/φ(1.96) standard errors: 0.027 for
    /// 10,000 resamples and 0.012 for 50,000, and a normal interval is 3.92 standard errors wide.
    @Test func `the interquartile mean's interval is rliable's`() throws {
        var compared = 0
        for row in try Golden.file.get().interquartileMeans {
            guard let reference = row.intervalResampled else { continue }
            let ours = try InterquartileMean.of(strata: row.strata).get().interval.get()
            let monteCarlo = (0.027 * 0.027 + 0.012 * 0.012).squareRoot() / 3.92
            // Few runs have few possible resamples, so an end may also move by one of their steps.
            let step = row.strata.count < 4 ? 0.03 : 0
            for (end, expected) in zip(ours.ends, reference) {
                let difference = abs(end - expected) / (reference[1] - reference[0])
                #expect(difference <= 4 * monteCarlo + step, "\(row.name): \(ours), \(reference)")
            }
            compared += 1
        }
        #expect(compared >= 6)
    }

    @Test func `the bootstrap over images is that of numpy's resamples`() throws {
        for row in try Golden.file.get().images {
            let ours = try ImageBootstrap.of(row.firstOutcomes, row.secondOutcomes).get().interval.get()
            let reference = row.imageIntervalResampled
            let monteCarlo = 0.0134 / 3.92 * (reference[1] - reference[0])
            let step = 100 / Double(row.images * row.first.count)
            for (end, expected) in zip(ours.ends, reference) {
                #expect(
                    abs(end - expected) <= 4 * monteCarlo + step + 1e-9, "\(row.images) images: \(ours), \(reference)")
            }
        }
    }

    @Test func `drawn sign flips are near the exact p of scipy`() throws {
        let row = try #require(try Golden.file.get().paired.first { $0.name == "accuracies 21" })
        let exact = try #require(row.signFlipScipy)
        let test = try SignFlipTest.of(row.sample).get()
        #expect(test.method == .sampled(10_000))
        let error = (exact * (1 - exact) / 10_000).squareRoot()
        #expect(abs(test.p - exact) <= 4 * error + 1 / 10_001.0, "\(test.p), \(exact)")
    }

    /// Runs where `SWEEP_PYTHON` is a Python with the packages that the script names.
    @Test(.enabled(if: python != nil), .timeLimit(.minutes(30)))
    func `the golden file is what its script writes today`() throws {
        let written = URL(filePath: temporary.file("golden.json"))
        let process = try FinishedProcess(
            running: [try #require(python), goldenFile("golden.py").path(), written.path()])
        try #require(process.end == .exited(0), "\(process.errors)")
        let today = try JSONSerialization.jsonObject(with: Data(contentsOf: written))
        let stored = try JSONSerialization.jsonObject(with: Data(contentsOf: goldenFile("golden.json")))
        #expect(firstDifference(today, stored, path: "") == nil)
    }

    @Test func `two golden files that differ in one number are told apart, by its path`() throws {
        let data = try Data(contentsOf: goldenFile("golden.json"))
        let stored = try JSONSerialization.jsonObject(with: data)
        #expect(firstDifference(stored, stored, path: "") == nil)
        var edited = try #require(stored as? [String: Any])
        var power = try #require(edited["power"] as? [[String: Any]])
        power[2]["exact"] = try #require(power[2]["exact"] as? Double) * (1 + 1e-8)
        edited["power"] = power
        #expect(firstDifference(edited, stored, path: "") == "/power/2/exact")
    }

    /// `SWEEP_PYTHON`, where it has the packages.
    private static let python: String? = {
        guard let name = ProcessInfo.processInfo.environment["SWEEP_PYTHON"] else { return nil }
        let probe = Process()
        probe.executableURL = URL(filePath: "/usr/bin/env")
        probe.arguments = [name, "-c", "import autorank, mpmath, rliable.library, scipy, statsmodels"]
        probe.standardError = FileHandle.nullDevice
        do { try probe.run() } catch { return nil }
        probe.waitUntilExit()
        return probe.terminationStatus == 0 ? name : nil
    }()

    private var python: String? { Self.python }

    /// The path of the first number that differs by more than 1e-9 of it, or by 2 % for resampled ones.
    private func firstDifference(_ left: Any, _ right: Any, path: String) -> String? {
        switch (left, right) {
        case (let left as [String: Any], let right as [String: Any]):
            guard left.keys.sorted() == right.keys.sorted() else { return path }
            return left.keys.sorted().lazy.compactMap { key in
                firstDifference(left[key]!, right[key]!, path: "\(path)/\(key)")
            }.first
        case (let left as [Any], let right as [Any]):
            guard left.count == right.count else { return path }
            return left.indices.lazy.compactMap { firstDifference(left[$0], right[$0], path: "\(path)/\($0)") }.first
        case (let left as Double, let right as Double):
            let bound = path.contains("_resampled") ? 0.02 : 1e-9
            return abs(left - right) <= bound * max(abs(left), abs(right)) ? nil : path
        case (let left as String, let right as String): return left == right ? nil : path
        case (is NSNull, is NSNull): return nil
        default: return path
        }
    }
}
