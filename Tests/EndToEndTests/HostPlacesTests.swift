import Foundation
import Testing

/// Hosts on which the usual directories cannot be used.
@Suite(.timeLimit(.minutes(5)))
struct HostPlacesTests {
    /// The host has neither a home nor a directory for temporary files: the run directory has the sockets and the keys.
    @Test(.enabled(if: MountNamespace.isPossible, MountNamespace.whyNot))
    func `a sweep of this host alone needs nothing but its run directory`() async throws {
        let sandbox = try Sandbox()
        try sandbox.write(SweepFiles.small(), to: "small.yaml")
        let place = MountNamespace(
            sandbox, setUp: ["/tmp", "/var/tmp", "/root"].map { "mount -t tmpfs -o ro tmpfs \($0)" })
        let result = try await place.start("sweep run small.yaml --slots 2 --out run").result()
        try #require(result.exitCode == 0, "\(result.errors)")
        #expect(try sandbox.rows("run/epochs.csv").count == 12)
        #expect(!FileManager.default.fileExists(atPath: sandbox.file("run/.sockets")), "removed at the end")
        try await sandbox.expectUndisturbedTables()
    }

    @Test(.enabled(if: MountNamespace.isPossible, MountNamespace.whyNot))
    func `what takes workers needs keys and names the place for them`() async throws {
        let sandbox = try Sandbox()
        try sandbox.write(SweepFiles.small(), to: "small.yaml")
        let place = MountNamespace(sandbox, setUp: ["mount -t tmpfs -o ro tmpfs /root"])
        let result = try await place.start(
            "sweep run small.yaml --slots 1 --listen tcp://127.0.0.1:0 --out run"
        ).result()
        #expect(result.exitCode == 1)
        #expect(result.errors.contains("Read-only file system; set XDG_CONFIG_HOME"), "\(result.errors)")
    }

    @Test(.enabled(if: MountNamespace.isPossible, MountNamespace.whyNot))
    func `a directory that somebody else made stops nobody`() async throws {
        let sandbox = try Sandbox()
        try sandbox.write(SweepFiles.small(norms: "[bn]", seeds: "[1]"), to: "small.yaml")
        let squat = "mkdir -m 700 /tmp/sweep-0 && chown 4711 /tmp/sweep-0 && ln -s /etc /tmp/sweep-0-1"
        let place = MountNamespace(sandbox, setUp: ["mount -t tmpfs -o mode=1777 tmpfs /tmp", squat])
        let result = try await place.start("sweep run small.yaml --slots 1 --out run && ls /tmp").result()
        try #require(result.exitCode == 0, "\(result.errors)")
        #expect(result.output.hasSuffix("sweep-0\nsweep-0-1\nsweep-0-2\n"), "\(result.output)")
    }

    /// A job of cron has no runtime directory, a batch job has a directory of its own for temporary files.
    @Test func `commands and the next coordinator find the sockets in another environment`() async throws {
        let sandbox = try Sandbox()
        try sandbox.write(SweepFiles.small(seeds: "[1, 2]", epochs: 60, trainLimit: 200), to: "small.yaml")
        for name in ["one", "other"] { mkdir(sandbox.file(name), 0o700) }
        let words = "run small.yaml --slots 2 --out run --verbose --checkpoint-every 0"
        let coordinator = try sandbox.shell("XDG_RUNTIME_DIR=\(sandbox.file("one")) exec sweep \(words)")
        try await sandbox.waitForEpochs(2, storedBy: coordinator)
        #expect(try sandbox.files("one/sweep").contains { $0.hasSuffix(".control") })
        let pause = try await sandbox.shell("TMPDIR=\(sandbox.file("other")) exec sweep pause --out run").result()
        #expect(pause.exitCode == 0, "\(pause.errors)")
        #expect(try await sandbox.status().coordinator)
        coordinator.send(SIGKILL)
        _ = await coordinator.result()
        let resumed = try await sandbox.shell("TMPDIR=\(sandbox.file("other")) exec sweep \(words)").result()
        try #require(resumed.exitCode == 0, "\(resumed.errors)")
        #expect(try Set(sandbox.attempts().map(\.worker)).count == 1, "its worker is taken over")
        #expect(try sandbox.files("other").isEmpty)
        #expect(try sandbox.files("one/sweep").isEmpty)
    }

    /// A token that would let nobody in is not printed.
    @Test func `an invitation of other keys than the coordinator's is refused`() async throws {
        let sandbox = try Sandbox()
        try sandbox.write(SweepFiles.small(), to: "small.yaml")
        let coordinator = try await sandbox.startCoordinator()
        let other = try await sandbox.shell("XDG_CONFIG_HOME=$PWD/other exec sweep invite --out run").result()
        #expect(other.exitCode == 1 && other.output.isEmpty)
        #expect(other.errors.contains("XDG_CONFIG_HOME"), "\(other.errors)")
        #expect(!FileManager.default.fileExists(atPath: sandbox.file("other")))
        if MountNamespace.isPossible {
            chmod(sandbox.path, 0o755)
            let stranger = try await MountNamespace(sandbox, setUp: []).start(
                "exec setpriv --reuid 4711 --clear-groups sweep invite --out run"
            ).result()
            #expect(stranger.exitCode == 1 && stranger.output.isEmpty)
            #expect(stranger.errors.contains("belongs to user root"), "\(stranger.errors)")
        }
        let own = try await sandbox.run("invite", "--out", "run")
        #expect(own.exitCode == 0 && own.output.hasPrefix("sweep worker --join "))
        coordinator.send(SIGINT)
        #expect(await coordinator.result().exitCode == 130)
    }
}
