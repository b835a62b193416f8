import Foundation
import Testing

/// What a sweep does when its disk is full, cannot be written or fails.
@Suite(.timeLimit(.minutes(5)))
struct DiskTests {
    /// A sweep that has filled its disk and waits for room: it begins with about 200 KiB and would end with 1,200.
    private func startOnDiskThatFills(_ sandbox: Sandbox) async throws -> (SmallDisk, Program) {
        let disk = try #require(SmallDisk(at: sandbox.file("run"), kibibytes: 512))
        let file = SweepFiles.small(norms: "[bn]", seeds: "[1, 2]", epochs: 40, trainLimit: 400, capture: true)
        try sandbox.write(file, to: "small.yaml")
        let coordinator = try sandbox.start(
            "run", "small.yaml", "--slots", "2", "--out", "run", "--log-format", "json")
        let failure = try await coordinator.waitForEvent("storageFailed")
        #expect(failure.reason?.contains("make room, what is stored is safe") == true, "\(failure)")
        return (disk, coordinator)
    }

    @Test(.enabled(if: SmallDisk.isAllowed, "mounting needs root"))
    func `a full disk holds the sweep until there is room`() async throws {
        let sandbox = try Sandbox()
        let (disk, coordinator) = try await startOnDiskThatFills(sandbox)
        defer { disk.unmount() }
        #expect(coordinator.isRunning)
        // Withdrawn: carried out later, it would hold the sweep for good.
        let pause = try await sandbox.run("pause", "--out", "run")
        #expect(pause.exitCode == 1 && pause.errors.contains("nothing was changed"), "\(pause.errors)")
        disk.grow(toKibibytes: 8_192)
        try await coordinator.waitForEvent("storageWorksAgain")
        let result = await coordinator.result()
        #expect(result.exitCode == 0, "\(result.errors)")
        try await sandbox.expectUndisturbedTables()
    }

    @Test(.enabled(if: SmallDisk.isAllowed, "mounting needs root"))
    func `a read only disk is refused until it can be written`() async throws {
        let sandbox = try Sandbox()
        let disk = try #require(SmallDisk(at: sandbox.file("run"), kibibytes: 8_192))
        defer { disk.unmount() }
        try sandbox.write(SweepFiles.small(norms: "[bn]", seeds: "[1]", epochs: 3), to: "small.yaml")
        disk.setReadOnly(true)
        let refused = try await sandbox.run("run", "small.yaml", "--slots", "1", "--out", "run")
        #expect(refused.exitCode == 1)
        #expect(refused.errors.contains("mount it for writing"), "\(refused.errors)")
        disk.setReadOnly(false)
        #expect(try await sandbox.run("run", "small.yaml", "--slots", "1", "--out", "run").exitCode == 0)
    }

    @Test(.enabled(if: SmallDisk.isAllowed, "mounting needs root"))
    func `a sweep that is interrupted on a full disk goes on when there is room`() async throws {
        let sandbox = try Sandbox()
        let (disk, coordinator) = try await startOnDiskThatFills(sandbox)
        defer { disk.unmount() }
        coordinator.send(SIGINT)
        let interrupted = await coordinator.result()
        #expect(interrupted.exitCode == 130, "\(interrupted.errors)")
        disk.grow(toKibibytes: 8_192)
        let result = try await sandbox.run("run", "small.yaml", "--slots", "2", "--out", "run")
        #expect(result.exitCode == 0, "\(result.errors)")
        try await sandbox.expectUndisturbedTables()
    }

    /// An archive, or a snapshot.
    @Test(.enabled(if: SmallDisk.isAllowed, "a file system needs root"))
    func `a run directory that cannot be written is read`() async throws {
        let sandbox = try Sandbox()
        let disk = try #require(SmallDisk(at: sandbox.file("disk"), kibibytes: 16_384))
        defer { disk.unmount() }
        try sandbox.write(SweepFiles.small(norms: "[bn]", seeds: "[1]", epochs: 1, trainLimit: 40), to: "small.yaml")
        let run = try await sandbox.run("run", "small.yaml", "--slots", "1", "--out", "disk/run")
        #expect(run.exitCode == 0, "\(run.errors)")
        disk.setReadOnly(true)
        #expect(try await sandbox.status(of: "disk/run").done == 1)
        let export = try await sandbox.run("export", "--out", "disk/run", "--to", "tables")
        #expect(export.exitCode == 0, "\(export.errors)")
        for table in ["epochs.csv", "aggregate.csv", "attempts.csv"] {
            #expect(try sandbox.read("tables/\(table)") == sandbox.read("disk/run/\(table)"), "\(table)")
        }
        let report = try await sandbox.run("report", "disk/run")
        #expect(report.exitCode == 1 && report.errors.contains("mount it for writing"), "\(report.errors)")
    }

    /// The kernel makes a file system read-only when its device fails.
    @Test(.enabled(if: FailingDisk.isAllowed, "a loop device needs root"))
    func `a sweep whose file system fails goes on when it is mended`() async throws {
        let sandbox = try Sandbox()
        let disk = try #require(FailingDisk(at: sandbox.file("disk"), image: sandbox.file("image")))
        defer { disk.unmount() }
        let file = SweepFiles.small(norms: "[bn]", seeds: "[1, 2]", epochs: 40, trainLimit: 400)
        try sandbox.write(file, to: "small.yaml")
        let words = ["run", "small.yaml", "--slots", "2", "--out", "disk/run", "--log-format", "json"]
        let coordinator = try sandbox.start(words)
        try await sandbox.waitForEpochs(2, storedBy: coordinator, in: "disk/run")
        disk.fail()
        try await coordinator.waitForEvent("storageFailed")
        coordinator.send(SIGINT)
        #expect(await coordinator.result().exitCode == 130)
        try #require(disk.mend())
        #expect(try await sandbox.status(of: "disk/run").epochsStored >= 2)
        let result = try await sandbox.start(words).result()
        #expect(result.exitCode == 0, "\(result.errors)")
        try await sandbox.expectUndisturbedTables(in: "disk/run")
    }
}
