import Foundation
import HostSystem
import Testing

/// Limits that are too small are told before anything begins, and used up later they end nothing.
@Suite(.timeLimit(.minutes(5)))
struct HostLimitTests {
    @Test(arguments: [12, 20, 28])
    func `a limit of open files that is too small is named with what is needed`(limit: Int) async throws {
        let sandbox = try Sandbox()
        try sandbox.write(SweepFiles.small(), to: "small.yaml")
        let result = try await sandbox.shell(
            "ulimit -n \(limit); exec sweep run small.yaml --slots 2 --listen tcp://127.0.0.1:0 --out run"
        ).result()
        expectOneLine(result, "may have \(limit) files open and this sweep with 2 slots, --listen needs ", "ulimit -n ")
        #expect(!FileManager.default.fileExists(atPath: sandbox.file("run")))
    }

    @Test(arguments: [5, 8])
    func `no command traps where it can open next to nothing`(limit: Int) async throws {
        let sandbox = try Sandbox()
        let result = try await sandbox.shell("ulimit -n \(limit); exec sweep status --out run").result()
        expectOneLine(result, "may have \(limit) files open and sweep needs ", "ulimit -n ")
    }

    @Test func `a soft limit is raised`() async throws {
        let sandbox = try Sandbox()
        try sandbox.write(SweepFiles.small(norms: "[bn]", seeds: "[1, 2]"), to: "small.yaml")
        let result = try await sandbox.shell("ulimit -S -n 20; exec sweep run small.yaml --slots 2 --out run").result()
        #expect(result.exitCode == 0, "\(result.errors)")
    }

    /// What is said to be needed is enough, also for many slots.
    @Test(arguments: [1, 6])
    func `the limit that is asked for suffices`(slots: Int) async throws {
        let sandbox = try Sandbox()
        try sandbox.write(SweepFiles.small(seeds: "[1, 2, 3]"), to: "small.yaml")
        let words =
            "exec sweep run small.yaml --slots \(slots) --listen tcp://127.0.0.1:0 --dashboard 127.0.0.1:0 --out run"
        let refused = try await sandbox.shell("ulimit -n 20; \(words)").result()
        let needed = try #require(refused.errors.firstMatch(of: /needs (\d+);/)).1
        let result = try await sandbox.shell("ulimit -n \(needed); \(words)").result()
        #expect(result.exitCode == 0, "\(result.errors)")
        #expect(!result.errors.contains("files open"), "\(result.errors)")
    }

    @Test(.enabled(if: MountNamespace.isPossible, "another user is needed, whom limits bind"))
    func `a limit of processes that is too small is named`() async throws {
        let sandbox = try Sandbox()
        try sandbox.write(SweepFiles.small(), to: "small.yaml")
        chmod(sandbox.path, 0o777)
        let user = "setpriv --reuid 47114 --clear-groups"
        let result = try await MountNamespace(sandbox, setUp: []).start(
            "exec \(user) prlimit --nproc=14 sweep run small.yaml --slots 2 --out run"
        ).result()
        expectOneLine(result, "this sweep with 2 slots needs ", "ulimit -u")
    }

    @Test(.enabled(if: MountNamespace.isPossible, "another user is needed, whom limits bind"), arguments: [1, 2, 3])
    func `no command waits for threads that it cannot have`(limit: Int) async throws {
        let sandbox = try Sandbox()
        let user = "setpriv --reuid 4711\(limit) --clear-groups"
        chmod(sandbox.path, 0o777)
        let result = try await MountNamespace(sandbox, setUp: []).start(
            "exec \(user) prlimit --nproc=\(limit) sweep plan small.yaml"
        ).result()
        expectOneLine(result, "sweep needs ", "ulimit -u")
    }

    /// The port is everybody's, and each connection takes a descriptor until the handshake's time is over.
    @Test(arguments: ["--listen tcp://127.0.0.1:0", "--listen tcp://127.0.0.1:0 --dashboard 127.0.0.1:0"])
    func `connections that use descriptors up end nothing`(options: String) async throws {
        let sandbox = try Sandbox()
        try sandbox.write(SweepFiles.small(epochs: 8, trainLimit: 400), to: "small.yaml")
        let words = "exec sweep run small.yaml --slots 2 \(options) --out run --log-format json"
        let refused = try await sandbox.shell("ulimit -n 20; \(words)").result()
        let needed = try #require(refused.errors.firstMatch(of: /needs (\d+);/)).1
        let coordinator = try sandbox.shell("ulimit -n \(needed); \(words)")
        var places = [try #require(URL(string: try await coordinator.endpoint()))]
        if options.contains("--dashboard") { places.append(try await coordinator.page()) }
        let floods = try places.map { IdleConnections(port: UInt16(try #require($0.port)), count: 150) }
        let result = await coordinator.result()
        floods.forEach { $0.end() }
        #expect(result.exitCode == 0, "\(result.errors)")
        #expect(!result.errors.contains("make room"), "\(result.errors)")
        let complaints = result.errors.split(separator: "\n").filter { $0.contains("files open") }
        #expect(complaints.count <= 4, "each part says it once: \(result.errors)")
        try await sandbox.expectUndisturbedTables()
    }

    @Test(arguments: [("-d 60000", "58 MiB of data"), ("-v 700000", "683 MiB of address space")])
    func `a limit of memory that is too small is named with what is needed`(
        limit: String, words: String
    ) async throws {
        let sandbox = try Sandbox()
        try sandbox.write(SweepFiles.small(), to: "small.yaml")
        let result = try await sandbox.shell("ulimit \(limit); exec sweep run small.yaml --slots 2 --out run").result()
        expectOneLine(
            result, "\(words) and this sweep with 2 slots needs ", "ulimit \(limit.prefix(2)) ", "systemd")
        #expect(!FileManager.default.fileExists(atPath: sandbox.file("run")))
    }

    @Test func `no command blames the number of processes for a limit of data`() async throws {
        let sandbox = try Sandbox()
        try sandbox.write(SweepFiles.small(), to: "small.yaml")
        let result = try await sandbox.shell("ulimit -d 30000; exec sweep plan small.yaml").result()
        expectOneLine(result, "29 MiB of data (ulimit -d, LimitDATA= of systemd), which is too little for sweep")
    }

    @Test(arguments: ["-v", "-d"], [1, 4])
    func `the memory that is asked for suffices`(option: String, slots: Int) async throws {
        let sandbox = try Sandbox()
        try sandbox.write(SweepFiles.small(), to: "small.yaml")
        let words = "exec sweep run small.yaml --slots \(slots) --out run"
        let refused = try await sandbox.shell("ulimit \(option) 180000; \(words)").result()
        let needed = try #require(refused.errors.firstMatch(of: /ulimit -[vd] (\d+)/), "\(refused.errors)").1
        let result = try await sandbox.shell("ulimit \(option) \(needed); \(words)").result()
        #expect(result.exitCode == 0, "\(result.errors)")
        try await sandbox.expectUndisturbedTables()
    }

    @Test func `a limit of processor time is told at the start, and as the reason of what it ends`() async throws {
        let sandbox = try Sandbox()
        try sandbox.write(
            SweepFiles.small(norms: "[bn]", seeds: "[1]", epochs: 400, trainLimit: 3000), to: "small.yaml")
        let coordinator = try sandbox.shell("ulimit -t 2; exec sweep run small.yaml --slots 1 --out run")
        try await sandbox.waitForAttempts(ended: .killed, reason: "it had used up its 2 s of processor time")
        #expect(coordinator.errors.contains("Note: trainers are killed after 2 s"), "\(coordinator.errors)")
        coordinator.send(SIGINT)
        _ = await coordinator.result()
    }

    private func expectOneLine(
        _ result: Program.Result, _ words: String..., sourceLocation: SourceLocation = #_sourceLocation
    ) {
        #expect(result.exitCode == 1, "\(result.errors)", sourceLocation: sourceLocation)
        #expect(result.errors.split(separator: "\n").count == 1, "\(result.errors)", sourceLocation: sourceLocation)
        for word in words { #expect(result.errors.contains(word), "\(result.errors)", sourceLocation: sourceLocation) }
    }
}

/// Connections that say nothing, opened again whenever the other end closes one.
private final class IdleConnections: Sendable {
    private let isEnded = RaisedFlag()

    init(port: UInt16, count: Int) {
        Thread.detachNewThread { [self] in
            var open: [Int32] = []
            while !isEnded.isRaised {
                while open.count < count, let descriptor = Self.connection(to: port) { open.append(descriptor) }
                var items = open.map { pollfd(fd: $0, events: Int16(POLLIN), revents: 0) }
                poll(&items, nfds_t(items.count), 20)
                for item in items where item.revents != 0 { close(item.fd) }
                open = items.filter { $0.revents == 0 }.map(\.fd)
            }
            for descriptor in open { close(descriptor) }
        }
    }

    func end() { isEnded.raise() }

    private static func connection(to port: UInt16) -> Int32? {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = in_addr_t(INADDR_LOOPBACK).bigEndian
        let code = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard code == 0 else {
            close(descriptor)
            return nil
        }
        return descriptor
    }
}
