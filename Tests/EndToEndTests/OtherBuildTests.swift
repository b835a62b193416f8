import Foundation
import HostSystem
import Testing

/// Programs of different builds that speak the same protocol.
@Suite(.timeLimit(.minutes(3)))
struct OtherBuildTests {
    /// The same program with another build id.
    ///
    /// - Returns: the digits by which `sweep --version` names it.
    private func makeOtherBuild(at path: String) throws -> String {
        let id = try #require(buildID(ofProgram: Program.sweep), "the linker of this toolchain leaves no build id")
        var program = try Data(contentsOf: URL(filePath: Program.sweep))
        let place = try #require(program.range(of: Data(id))).lowerBound
        program[place] ^= 0xFF
        try program.write(to: URL(filePath: path))
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: path)
        return ([id[0] ^ 0xFF] + id[1..<6]).map { String(format: "%02x", $0) }.joined()
    }

    private func build(in versionLine: String) throws -> String {
        String(try #require(versionLine.firstMatch(of: /^sweep ([^ ,]+),/), "\(versionLine)").1)
    }

    @Test func `a worker of another build takes part, and attempts.csv names the build of each attempt`() async throws {
        let sandbox = try Sandbox()
        let other = try makeOtherBuild(at: sandbox.file("other-sweep"))
        let ownVersion = try build(in: await sandbox.run("--version").output)
        let otherVersion = try build(in: await sandbox.shell("./other-sweep --version").result().output)
        #expect(otherVersion.hasSuffix("+\(other)") && ownVersion != otherVersion)

        try sandbox.write(SweepFiles.small(norms: "[bn]", seeds: "[1, 2]", epochs: 1), to: "small.yaml")
        let coordinator = try await sandbox.startCoordinator()
        let token = try await sandbox.invite()
        let worker = try sandbox.shell("exec ./other-sweep worker --join \(token) --slots 1")
        let result = await coordinator.result()
        #expect(result.exitCode == 0, "\(result.errors)")
        worker.send(SIGINT)
        _ = await worker.result()
        #expect(try sandbox.rows("run/attempts.csv").map { $0[$0.count - 1] } == [otherVersion, otherVersion])

        // Here, by this build, which must come to the same bits.
        let task = try #require(try sandbox.rows("run/attempts.csv").first)[0]
        let replay = try await sandbox.run("replay", task, "--out", "run")
        #expect(replay.exitCode == 0 && replay.output == "epoch 1: the same\n", "\(replay.errors)")
        let builds = try sandbox.rows("run/attempts.csv").map { "\($0[1]) \($0[$0.count - 1])" }
        #expect(builds == ["1 \(otherVersion)", "2 \(ownVersion)", "1 \(otherVersion)"])
        try await sandbox.expectUndisturbedTables()
    }
}
