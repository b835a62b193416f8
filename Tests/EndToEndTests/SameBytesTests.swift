import Foundation
import Testing

/// sweep train gives the same bytes however it is run.
@Suite(.timeLimit(.minutes(5)))
struct SameBytesTests {
    /// What may differ between two hosts of a fleet.
    static let ways: [(arguments: [String], environment: [String: String])] =
        [["--threads", "2"], ["--threads", "3"], ["--kernels", "reference"]].map { ($0, [:]) }
        + vectorKernels.map { (["--kernels", $0], [:]) }
        + ["Haswell", "SkylakeX", "Zen"].map { ([], ["OPENBLAS_CORETYPE": $0]) }

    /// The kernels that this processor has.
    private static let vectorKernels: [String] = {
        let flags = (try? String(contentsOfFile: "/proc/cpuinfo", encoding: .utf8)) ?? ""
        return [("avx2", " fma "), ("avx512", " avx512dq ")].filter { flags.contains($0.1) }.map(\.0)
    }()

    @Test(arguments: ["bn", "ln", "none"])
    func `sweep train gives the same records and weights however it is run`(norm: String) async throws {
        let sandbox = try Sandbox()
        let expected = try await train(norm, in: sandbox, [], [:])
        #expect(expected.lines.count == 2 * 2 + 2)
        for way in Self.ways {
            let actual = try await train(norm, in: sandbox, way.arguments, way.environment)
            #expect(actual.lines == expected.lines, "\(way)")
            #expect(actual.weights == expected.weights, "\(way)")
        }
    }

    /// The lines without their seconds, and the saved weights.
    private func train(
        _ norm: String, in sandbox: Sandbox, _ arguments: [String], _ environment: [String: String]
    ) async throws -> (lines: [String], weights: Data) {
        let words = [
            Program.sweep, "train", "--data", "shapes", "--norm", norm, "--batch-size", "36", "--seed", "7", "--epochs",
            "2", "--train-limit", "50", "--test-limit", "30", "--per-step", "--format", "json", "--save",
            "w.safetensors",
        ]
        let result = try await Program(words + arguments, in: sandbox.path, environment: environment).result()
        try #require(result.exitCode == 0, "\(result.errors)")
        let lines = result.output.split(separator: "\n").map { line in
            line.replacing(/,"seconds":[0-9.]+/, with: "")
        }
        return (lines.map(String.init), try Data(contentsOf: URL(fileURLWithPath: sandbox.path + "/w.safetensors")))
    }
}
