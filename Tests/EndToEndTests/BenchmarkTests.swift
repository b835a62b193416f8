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
        // Ours, then each rival with its ratio: the notebook has one process, the others have one for each trainer.
        #expect([3, 5, 7, 9].map { batch[$0] } == ["1000", "2000", "2000", "2000"])
        #expect(batch[11] == "–" && batch[12] == "–")
        let layer = try #require(lines.first { $0.prefix(2) == ["ln", "8"] })
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

    private func run(_ arguments: String...) async throws -> Program.Result {
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
