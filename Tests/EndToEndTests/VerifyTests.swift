import Foundation
import TestSupport
import Testing

/// What somebody published is checked by others, with the real program: all of it, on and on after a kill, and to the
/// byte that somebody edited.
@Suite(.timeLimit(.minutes(5)))
struct VerifyTests {
    private static let size = ["verify", "small.tar", "--seed", "5", "--threads", "1"]

    /// A finished sweep, and its bundle beside it.
    private func published(_ yaml: String) async throws -> Sandbox {
        let sandbox = try Sandbox()
        try sandbox.write(yaml, to: "small.yaml")
        let run = try await sandbox.run("run", "small.yaml", "--slots", "2", "--out", "run")
        try #require(run.exitCode == 0, "\(run.errors)")
        let bundle = try await sandbox.run("bundle", "run", "--to", "small.tar")
        try #require(bundle.exitCode == 0 && bundle.output == "small.tar\n", "\(bundle.errors)")
        return sandbox
    }

    private func verify(_ sandbox: Sandbox, _ options: String...) async throws -> Program.Result {
        try await sandbox.run(Self.size + options)
    }

    @Test func `a bundle, its directory and the run itself are verified`() async throws {
        let sandbox = try await published(SweepFiles.small(seeds: "[1, 2]", capture: true))
        let end = "2 of 4 tasks retrained on this host: every one of 4 records equal\n"
        let packed = try await verify(sandbox, "--tasks", "2")
        #expect(packed.exitCode == 0 && packed.output.hasSuffix(end), "\(packed.output)\(packed.errors)")
        let tar = try await sandbox.shell(
            "tar -xf small.tar && (cd small && sha256sum -c MANIFEST) && sweep verify small --tasks 2 --seed 5"
        ).result()
        #expect(tar.exitCode == 0 && tar.output.contains("layer_gradients.csv: OK\n"), "\(tar.errors)")
        #expect(tar.output.hasSuffix(packed.output))
        let run = try await sandbox.run("verify", "run", "--sample", "50%", "--seed", "5", "--format", "json")
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        let verdict = try decoder.decode(Verdict.self, from: Data(run.output.utf8))
        #expect(run.exitCode == 0 && verdict.equal && verdict.retrained.count == 2 && verdict.seed == 5)
        #expect(packed.output.contains(verdict.retrained[0]) && !verdict.anotherHost)
    }

    private struct Verdict: Decodable {
        let equal: Bool
        let retrained: [String]
        let seed: Int
        let anotherHost: Bool
    }

    @Test func `the same directory gives the same bundle`() async throws {
        let sandbox = try await published(SweepFiles.small(norms: "[bn]", seeds: "[1]"))
        #expect(try await sandbox.run("bundle", "--out", "run").output == "run/small.tar\n")
        let files = try ["small.tar", "run/small.tar"].map { try Data(contentsOf: URL(filePath: sandbox.file($0))) }
        #expect(files[0] == files[1])
    }

    @Test func `a check that was killed goes on where it was`() async throws {
        let sandbox = try await published(
            SweepFiles.small(norms: "[bn]", seeds: "[1, 2]", epochs: 8, trainLimit: 600))
        let first = try sandbox.start(Self.size + ["--tasks", "2"])
        // The state of a task is kept when the next one begins.
        try await first.waitForOutput(containing: "1 of 2: ")
        first.send(SIGKILL)
        _ = await first.result()
        let states = try sandbox.files("cache/sweep/verify")
        #expect(states.count == 1)
        #expect(try sandbox.read("cache/sweep/verify/\(states[0])/progress").split(separator: "\n").count >= 3)

        let second = try sandbox.start(Self.size + ["--tasks", "2"])
        try await second.waitForOutput(containing: "1 of 2: ")
        second.send(SIGINT)
        let stopped = await second.result()
        // A fast host may be done by then.
        if stopped.exitCode != 0 {
            #expect(stopped.exitCode == 130 && stopped.errors.hasSuffix("interrupted; the same command goes on\n"))
            let third = try await verify(sandbox, "--tasks", "2")
            #expect(third.exitCode == 0, "\(third.errors)")
            #expect(third.output.hasSuffix("2 of 2 tasks retrained on this host: every one of 16 records equal\n"))
        }
        #expect(try sandbox.files("cache/sweep/verify").isEmpty)
    }

    /// Each with what is edited, and what is found.
    @Test func `a bundle that was edited is found, and where`() async throws {
        let sandbox = try await published(SweepFiles.small(seeds: "[1, 2]"))
        let edits = [
            ("sed -i '2s/,2,/,3,/' final.csv", "final.csv:2: n is 3, and the records give 2\n"),
            ("sed -i '2s/.$/x/' epochs.csv", "epochs.csv:2: "),
            ("sed -i 's/epochs: 2/epochs: 3/' sweep.yaml", "outcomes.csv:2: "),
            ("sed -i '2s/,50,/,50,0/' outcomes.csv", "outcomes.csv:2: these are no outcomes of 50 test images\n"),
            ("sed -i '3s/^./x/' MANIFEST", "MANIFEST:3: "),
            ("sed -i '3s/^\\(.*\\),.*$/\\1,0/' records.csv", "records.csv:3: "),
            ("rm summary.csv", "summary.csv: is missing"),
        ]
        for (edit, found) in edits {
            let result = try await sandbox.shell(
                "rm -rf small && tar -xf small.tar && cd small && \(edit) && cd .. && sweep verify small --tasks 1"
            ).result()
            #expect(result.exitCode == 1 && result.output.contains(found), "\(edit): \(result.output)\(result.errors)")
            #expect(result.errors.hasSuffix("get it again from whoever published it\n"), "\(result.errors)")
        }
    }

    @Test func `records that were made up, with all that follows from them, are found by training again`() async throws
    {
        let sandbox = try await published(SweepFiles.small(norms: "[bn]", seeds: "[1, 2]"))
        try sandbox.changeRecord(of: 0, epoch: 2)
        #expect(try await sandbox.run("bundle", "run", "--to", "small.tar").exitCode == 0)
        let result = try await verify(sandbox, "--sample", "100%")
        #expect(result.exitCode == 1, "\(result.output)")
        #expect(result.errors.contains("in epoch 2, val_loss is published as "), "\(result.errors)")
        #expect(result.output.hasPrefix("every one of "))
    }

    @Test func `without the images the tables are checked, and what to do is said`() async throws {
        let sandbox = try await published(SweepFiles.small(norms: "[bn]", seeds: "[1]"))
        let cifar = SweepFiles.small(name: "real", norms: "[bn]", seeds: "[1]", epochs: 1, trainLimit: 32)
        try sandbox.write(cifar.replacing("data: shapes", with: "data: cifar10"), to: "real.yaml")
        try sandbox.makeBlackImages(in: "black")
        let run = try await sandbox.run("run", "real.yaml", "--slots", "1", "--out", "real", "--data", "black")
        try #require(run.exitCode == 0, "\(run.errors)")
        #expect(try await sandbox.run("bundle", "real").output == "real/real.tar\n")
        let result = try await sandbox.run("verify", "real/real.tar")
        #expect(result.exitCode == 1 && result.output.hasPrefix("every one of "))
        #expect(result.errors.contains("sweep data fetch") && result.errors.contains("--data DIR"), "\(result.errors)")
        #expect(try await sandbox.run("verify", "real/real.tar", "--tables-only").exitCode == 0)
        #expect(try await sandbox.run("verify", "real/real.tar", "--data", "black").exitCode == 0)
    }

    @Test func `a running sweep is not verified, and bad usage is`() async throws {
        let sandbox = try Sandbox()
        try sandbox.write(SweepFiles.small(), to: "small.yaml")
        let coordinator = try await sandbox.startCoordinator()
        let running = try await sandbox.run("verify", "run")
        #expect(running.exitCode == 1 && running.errors.contains("the sweep runs"), "\(running.errors)")
        let empty = try await sandbox.run("bundle", "run")
        #expect(empty.exitCode == 1 && empty.errors.contains("no record is stored yet"), "\(empty.errors)")
        coordinator.send(SIGINT)
        #expect(await coordinator.result().exitCode == 130)
        for arguments in [
            ["verify", "nowhere"], ["verify", "run", "--tasks", "1", "--tables-only"],
            ["verify", "run", "--sample", "x"],
            ["bundle", "nowhere"],
        ] {
            let result = try await sandbox.run(arguments)
            #expect(result.exitCode == 2, "\(arguments): \(result.errors)")
        }
    }
}
