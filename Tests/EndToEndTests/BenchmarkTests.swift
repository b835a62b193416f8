import Foundation
import Testing

/// The benchmarks run, check their results and report every part. No time is asserted.
@Suite(.timeLimit(.minutes(2)))
struct BenchmarkTests {
    @Test func `the engine reports every cell and every part`() async throws {
        let result = try await run("engine", "--tiny", "--trainers", "2")
        #expect(result.exitCode == 0, "\(result.errors)")
        for norm in ["bn", "ln", "none"] {
            for size in [8, 32, 64, 128] {
                #expect(result.output.contains("\(norm), batch size \(size) "), "\(result.output)")
            }
        }
        let parts = ["conv1", "conv2", "conv3", "head"].flatMap { ["\($0) forward", "\($0) backward"] }
        for part in ["load", "step"] + parts {
            let lines = result.output.split(separator: "\n").filter { $0.hasPrefix("  \(part) ") }
            #expect(lines.count == 12, "\(part): \(result.output)")
        }
    }

    @Test func `an aged trainer is timed beside a fresh one without a change of its bits`() async throws {
        // Sixty whole steps an epoch, which is two whole turns and a shorter one, and then a smaller batch.
        let arguments = [
            "engine", "--data", "shapes", "--norm", "ln", "--batch-size", "8", "--epochs", "2", "--train-limit", "484",
            "--trainers", "2", "--format", "json",
        ]
        let plain = try await run(arguments), steady = try await run(arguments + ["--steady"])
        #expect(plain.exitCode == 0 && steady.exitCode == 0, "\(plain.errors)\(steady.errors)")
        let before = try JSONDecoder().decode(EngineReport.self, from: Data(plain.output.utf8))
        let report = try JSONDecoder().decode(EngineReport.self, from: Data(steady.output.utf8))
        #expect(report.digest == before.digest && report.digest.count == 16)
        #expect((before.trainers + [before.total]).allSatisfy { $0.ages == nil })
        let ages = try (report.trainers + [report.total]).map { try #require($0.ages) }
        #expect(ages.map(\.steps) == [60, 60, 120])
        for age in ages {
            #expect([age.aged, age.fresh].allSatisfy { $0.mean > 0 && $0.median > 0 })
            #expect(abs(age.agedOverFresh.mean * age.fresh.mean / age.aged.mean - 1) < 1e-9)
            #expect(abs(age.agedOverFresh.median * age.fresh.median / age.aged.median - 1) < 1e-9)
        }
    }

    @Test func `ages are compared in text for each trainer and in total`() async throws {
        let result = try await run(
            "engine", "--steady", "--tiny", "--trainers", "2", "--norm", "bn", "--batch-size", "8")
        #expect(result.exitCode == 0, "\(result.errors)")
        let lines = result.output.split(separator: "\n").filter { $0.hasPrefix("  aged ÷ fresh ") }
        #expect(lines.count == 3, "\(result.output)")
        for (line, end) in zip(lines, ["1 steps each in turn", "1 steps each in turn", "2 steps each in turn"]) {
            #expect(line.hasSuffix(" (median), \(end)"), "\(line)")
        }
    }

    @Test(arguments: [
        (["--steady", "--epochs", "1"], "--steady --epochs 1: "),
        (["--steady", "--against-torch", "python3"], "--steady --against-torch: "),
        (["--data", "shapes", "--batch-size", "8", "--train-limit", "5"], "--batch-size 8: more than the 5 images"),
    ])
    func `what cannot be timed is refused`(arguments: [String], message: String) async throws {
        let result = try await run(["engine"] + arguments)
        #expect(result.exitCode == 64 && result.output.isEmpty)
        #expect(result.errors.contains("Error: \(message)"), "\(result.errors)")
    }

    @Test func `every kernel is checked and timed`() async throws {
        let result = try await run("kernels", "--tiny", "--format", "json")
        #expect(result.exitCode == 0, "\(result.errors)")
        let reports = try result.output.split(separator: "\n").map {
            try JSONDecoder().decode(KernelReport.self, from: Data($0.utf8))
        }
        #expect(Set(reports.map(\.kernel)) == Set(try tableEntries()))
        #expect(reports.allSatisfy { $0.digest.count == 16 && $0.bestNanoseconds > 0 })
        // OpenBLAS stands beside the products, and only there.
        #expect(reports.allSatisfy { ($0.kernel == "matrixProduct") == ($0.openBLASGigaflops != nil) })
    }

    /// A stand-in for Python answers as the rivals' programs do. Without JAX, and with a compiler for one norm only.
    @Test func `a rival that cannot run says why and the comparison goes on`() async throws {
        let sandbox = try Sandbox()
        let python = try sandbox.write(
            """
            #!/bin/sh
            case $4 in jax) echo "no module named jax"; exit;; esac
            [ -n "$3" ] || exit 0
            echo ready
            while read -r norm batch; do
                case $4$norm in compileln) echo "no compiler"; continue;; esac
                echo ready
                read -r seconds
                echo 1000 1.0
            done
            """, to: "python")
        chmod(python, 0o755)
        let result = try await Program(
            [
                Program.sweep + "-bench", "engine", "--tiny", "--trainers", "2", "--norm", "bn,ln", "--batch-size", "8",
                "--against-torch", python,
            ], in: sandbox.path
        ).result()
        #expect(result.exitCode == 0, "\(result.errors)")
        let lines = result.output.split(separator: "\n").map { $0.split(separator: " ").map(String.init) }
        let batch = try #require(lines.first { $0.prefix(2) == ["bn", "8"] })
        try #require(batch.count > 12, "\(batch)")
        // Ours, then each rival with its ratio: the notebook has one process, the others have one for each trainer.
        #expect([3, 5, 7, 9].map { batch[$0] } == ["1000", "2000", "2000", "2000"])
        #expect(batch[11] == "–" && batch[12] == "–")
        let layer = try #require(lines.first { $0.prefix(2) == ["ln", "8"] })
        try #require(layer.count > 9, "\(layer)")
        #expect([3, 5, 7, 9].map { layer[$0] } == ["1000", "2000", "–", "2000"])
        #expect(lines.contains(["jax:", "module", "named", "jax"]))
        #expect(lines.contains(["compile:", "compiler"]))
    }

    @Test func `a Python that is missing is named`() async throws {
        let result = try await run("engine", "--tiny", "--against-torch", "/nowhere/python")
        #expect(result.exitCode == 1 && result.output.isEmpty)
        #expect(result.errors.contains("--against-torch /nowhere/python"), "\(result.errors)")
        #expect(result.errors.split(separator: "\n").count == 1, "\(result.errors)")
    }

    private struct KernelReport: Decodable {
        var kernel: String
        var digest: String
        var bestNanoseconds: Double
        var openBLASGigaflops: Double?
    }

    private struct EngineReport: Decodable {
        var digest: String
        var trainers: [Rates]
        var total: Rates

        struct Rates: Decodable {
            var ages: Ages?
        }

        struct Ages: Decodable {
            var steps: Int
            var aged: Pair
            var fresh: Pair
            var agedOverFresh: Pair
        }

        struct Pair: Decodable {
            var mean: Double
            var median: Double
        }
    }

    private func run(_ arguments: String...) async throws -> Program.Result { try await run(arguments) }

    private func run(_ arguments: [String]) async throws -> Program.Result {
        let sandbox = try Sandbox()
        let result = try await Program([Program.sweep + "-bench"] + arguments, in: sandbox.path).result()
        withExtendedLifetime(sandbox) {}
        return result
    }

    /// The entries of the kernel table, as its source names them.
    private func tableEntries() throws -> [String] {
        let source = try String(contentsOfFile: Program.package + "/Sources/Kernels/KernelTable.swift", encoding: .utf8)
        return source.matches(of: /public var (\w+): \w+Kernel =/).map { String($0.1) }
    }
}
