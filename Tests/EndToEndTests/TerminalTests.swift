import Foundation
import Testing

/// What the program shows of a sweep in a terminal, in a pipe and in another terminal.
@Suite(.timeLimit(.minutes(5)))
struct TerminalTests {
    private let words = ["run", "small.yaml", "--slots", "2", "--out", "run"]

    private func sandbox(epochs: Int = 8) throws -> Sandbox {
        let sandbox = try Sandbox()
        try sandbox.write(SweepFiles.small(seeds: "[1, 2]", epochs: epochs, trainLimit: 600), to: "small.yaml")
        return sandbox
    }

    /// Of `script`, which gives the command a terminal of its own.
    private func screen(_ sandbox: Sandbox, _ setting: String, columns: Int = 70) async throws -> String {
        let command = "stty cols \(columns) rows 20; \(setting) sweep \(words.joined(separator: " "))"
        let result = try await sandbox.shell("TERM=xterm script -qec '\(command)' /dev/null").result()
        #expect(result.exitCode == 0, "\(result.output)")
        return result.output
    }

    @Test(.enabled(if: FileManager.default.isExecutableFile(atPath: "/usr/bin/script"), "needs util-linux's script"))
    func `a terminal has the panel and its colours`() async throws {
        let screen = try await screen(try sandbox(), "NO_COLOR=")
        #expect(screen.contains("best so far: "))
        #expect(screen.contains("norm=bn seed=1 "))
        // Up to the panel's first line, and green in the bar.
        #expect(screen.contains("\u{1b}[2A") && screen.contains("\u{1b}[32m#"))
        // Colours take no room.
        let lines = screen.replacing(/\u{1b}\[[0-9]*[A-Za-z]/, with: "").split(whereSeparator: \.isNewline)
        let bars = lines.filter { $0.contains("epochs, ") }
        #expect(!bars.isEmpty && bars.allSatisfy { $0.count < 70 })
        // The panel is gone when the results come.
        #expect(screen.replacing("\r", with: "").contains("\u{1b}[Jnorm  "), "\(screen.suffix(600))")
    }

    @Test(.enabled(if: FileManager.default.isExecutableFile(atPath: "/usr/bin/script"), "needs util-linux's script"))
    func `NO_COLOR is obeyed`() async throws {
        let screen = try await screen(try sandbox(), "NO_COLOR=1")
        #expect(screen.contains("best so far: ") && !screen.contains("\u{1b}[32m"))
    }

    /// Seven axes take 83 columns, the whole table 132.
    @Test(.enabled(if: FileManager.default.isExecutableFile(atPath: "/usr/bin/script"), "needs util-linux's script"))
    func `the table has the terminal's width and elsewhere all of it`() async throws {
        let sandbox = try Sandbox()
        let file = """
            name: small
            data: shapes
            grid:
              norm: [bn]
              batch_size: [16]
              capture_gradients: [false]
              epochs: [1]
              learning_rate: [0.001]
              test_limit: [20]
              train_limit: [16]
              seed: [1]

            """
        try sandbox.write(file, to: "small.yaml")
        let piped = try await sandbox.start(words).result()
        #expect(piped.exitCode == 0 && piped.output.contains("best %") && piped.output.contains("val_loss"))
        #expect(!piped.output.contains("Left out"), "\(piped.output)")
        let wide = try await screen(sandbox, "", columns: 200)
        #expect(wide.contains("val_loss") && !wide.contains("Left out"))
        let narrow = try await screen(sandbox, "", columns: 104)
        #expect(narrow.contains("Left out for want of room: best %, val_loss; final.csv has everything."), "\(narrow)")
    }

    @Test func `a pipe has plain lines and quiet has none`() async throws {
        let sandbox = try sandbox()
        let plain = try await sandbox.start(words).result()
        #expect(plain.errors.contains("32/32 epochs, 4/4 tasks") && !plain.errors.contains("\u{1b}"))
        let quiet = try await sandbox.start(words + ["--quiet"]).result()
        #expect(quiet.errors == "" && quiet.output.hasPrefix("norm "))
    }

    @Test func `JSON lines read back`() async throws {
        let sandbox = try sandbox(epochs: 2)
        let result = try await sandbox.start(words + ["--log-format", "json", "--verbose"]).result()
        let logs = try sandbox.read("run/logs/coordinator.log") + sandbox.read("run/logs/worker.log")
        let entries = try (result.errors + logs).split(separator: "\n").map { line in
            try #require(JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any], "\(line)")
        }
        #expect(entries.allSatisfy { $0["time"] is String && $0["level"] is String && $0["message"] is String })
        let records = entries.filter { $0["event"] as? String == "epochStored" }
        #expect(records.count == 8 && records.allSatisfy { $0["val_acc"] is Double && $0["task"] is String })
        #expect(entries.contains { $0["event"] as? String == "progress" && $0["epochs_done"] as? Int == 8 })
    }

    @Test func `in JSON the page's address and what ends the command are lines of it, too`() async throws {
        let sandbox = try sandbox(epochs: 2)
        let options = ["--log-format", "json", "--slots", "0", "--listen", "tcp://127.0.0.1:0", "--dashboard"]
        let coordinator = try sandbox.start(words + options + ["127.0.0.1:0"])
        let page = try await coordinator.waitForEvent("pageServed")
        #expect(page.url.flatMap(URL.init(string:))?.host == "127.0.0.1", "\(page.url ?? "")")
        // It takes signals by then.
        try await coordinator.waitForEvent("progress")
        coordinator.send(SIGINT)
        let stopped = await coordinator.result()
        let refused = try await sandbox.run(words + options + ["nowhere"])
        for (result, code) in [(stopped, 130), (refused, 2)] {
            #expect(result.exitCode == Int32(code), "\(result.errors)")
            let events = try result.errors.split(separator: "\n").map { try #require(ProgramEvent(line: $0), "\($0)") }
            #expect(events.last?.event == "commandFailed" && events.last?.exitCode == code, "\(result.errors)")
        }
    }

    @Test func `another terminal watches until the end`() async throws {
        let sandbox = try sandbox(epochs: 30)
        let coordinator = try sandbox.start(words + ["--verbose"])
        try await sandbox.waitForEpochs(1, storedBy: coordinator)
        let watch = try await sandbox.holdingLocalWorker {
            let watch = try sandbox.start("status", "--watch", "--out", "run")
            try await watch.waitForError(containing: "/120 epochs, ")
            let interrupted = try sandbox.start("status", "--watch", "--out", "run")
            try await interrupted.waitForError(containing: "/120 epochs, ")
            interrupted.send(SIGINT)
            #expect(await interrupted.result().exitCode == 130)
            return watch
        }
        #expect(await coordinator.result().exitCode == 0)
        let result = await watch.result()
        #expect(result.exitCode == 0)
        #expect(result.output.hasPrefix("small: 4 of 4 tasks done"))
        #expect(try await sandbox.run("status", "--watch", "--format", "json").exitCode == 2)
    }
}
