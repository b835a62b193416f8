import CommandFixtures
import CommandOutput
import Commands
import Experiment
import Foundation
import GRDB
import Synchronization
import TestSupport
import Testing
import Training
import Verification

/// A sample of what was published is trained again.
struct VerifyTests {
    private let directory = TemporaryDirectory()
    private let printed = Heard<String>()

    /// A check of the `finished` run's bundle, which begins and goes on in the test's own place.
    private func check(
        _ path: String, host: String = "elsewhere", program: String = "1", stopAfter batches: Int = 1_000_000,
        _ change: (inout VerifyOptions) -> Void = { $0.tasks = 2 }
    ) throws -> VerifyRun {
        var options = VerifyOptions()
        options.seed = 3
        options.threads = 1
        change(&options)
        var surroundings = VerifyRun.Surroundings(
            host: host, states: directory.file("states"), program: program, progress: .onStandardError(),
            print: { [printed] in printed.put($0) }, say: { _ in })
        let counter = Counter(batches)
        surroundings.isStopped = { counter.isUsedUp() }
        return try VerifyRun(Publication(named: path), options, surroundings)
    }

    private func bundle() throws -> String {
        try BundleExport(of: directory.run("finished"), to: nil, progress: .onStandardError()).path
    }

    private var states: [String] {
        (try? FileManager.default.contentsOfDirectory(atPath: directory.file("states"))) ?? []
    }

    @Test func `a sample of a bundle comes out equal, and a line says so`() throws {
        let check = try check(bundle())
        let verdict = try check.run()
        #expect(verdict.isEqual && check.failure(of: verdict) == nil)
        #expect(verdict.line == "2 of 4 tasks retrained on another host: every one of 6 records equal")
        #expect(verdict.retrained.count == 2 && verdict.seed == 3)
        let lines = printed.unread
        #expect(
            lines.prefix(2) == [
                "every one of \(ReportFile.allCases.count - 1) tables equals, byte for byte, "
                    + "what 12 records of 4 tasks give",
                "seed 3 chooses 2 of 4 tasks to train again",
            ])
        #expect(lines.count == 4 && lines[2].hasPrefix("1 of 2: norm=") && lines[2].hasSuffix(": 3 records equal"))
        #expect(states.isEmpty)
    }

    @Test func `a host that took part is this host`() throws {
        let run = try directory.run("finished")
        let host = try #require(try run.reader().state().workers.first).facts.host
        let path = try BundleExport(of: run, to: nil, progress: .onStandardError()).path
        let verdict = try check(path, host: host) { $0.tasks = 1 }.run()
        #expect(verdict.line == "1 of 4 tasks retrained on this host: every one of 3 records equal")
    }

    @Test func `without a sample the tables alone are checked`() throws {
        let path = try bundle()
        for change in [
            { (options: inout VerifyOptions) in options.tablesOnly = true }, { $0.tasks = 0 }, { $0.sample = "0%" },
        ] {
            let verdict = try check(path, change).run()
            #expect(verdict.retrained.isEmpty && verdict.isEqual)
            #expect(verdict.line.hasSuffix(" tables equals, byte for byte, what 12 records of 4 tasks give"))
        }
    }

    @Test func `what was interrupted goes on, task by task and epoch by epoch`() throws {
        let path = try bundle()
        // Of the 5 batches of training and 1 of validation of an epoch: in the second epoch of the second task.
        let interrupted = try check(path, stopAfter: 3 * 6 + 8)
        #expect(commandFailure { _ = try interrupted.run() }?.exitCode == .interrupted)
        #expect(states.count == 1)
        let kept = try FileManager.default.contentsOfDirectory(atPath: directory.file("states/\(states[0])")).sorted()
        #expect(kept == ["checkpoint.safetensors", "lock", "progress"])
        // What is left: two epochs, and no batch more.
        let rest = try check(path, stopAfter: 2 * 6)
        let verdict = try rest.run()
        #expect(verdict.line == "2 of 4 tasks retrained on another host: every one of 6 records equal")
        #expect(states.isEmpty)
    }

    @Test func `a seed that was drawn is that of the check which goes on`() throws {
        let path = try bundle()
        let first = try check(path, stopAfter: 8) { ($0.tasks, $0.seed) = (1, nil) }
        #expect(commandFailure { _ = try first.run() }?.exitCode == .interrupted)
        let seed = try #require(printed.unread.last)
        _ = try check(path) { ($0.tasks, $0.seed) = (1, nil) }.run()
        #expect(printed.unread.filter { $0 == seed }.count == 2)
    }

    @Test func `what another build has left is not believed`() throws {
        let path = try bundle()
        let first = try check(path, stopAfter: 3 * 6 + 8)
        #expect(commandFailure { _ = try first.run() }?.exitCode == .interrupted)
        let second = try check(path, program: "2", stopAfter: 2 * 6)
        #expect(commandFailure { _ = try second.run() }?.exitCode == .interrupted)
    }

    /// A directory where the file was: root reads every file.
    @Test(arguments: ["progress", "checkpoint.safetensors"])
    func `what is kept and cannot be read ends the command, and stays there for the next one`(name: String) throws {
        let path = try bundle()
        let first = try check(path, stopAfter: 8) { ($0.tasks, $0.seed) = (1, nil) }
        #expect(commandFailure { _ = try first.run() }?.exitCode == .interrupted)
        let chosen = try #require(printed.unread.last)
        let file = directory.file("states/\(states[0])/\(name)")
        try FileManager.default.moveItem(atPath: file, toPath: "\(file).kept")
        try FileManager.default.createDirectory(atPath: file, withIntermediateDirectories: false)
        let second = try check(path) { ($0.tasks, $0.seed) = (1, nil) }
        let failure = try #require(commandFailure { _ = try second.run() })
        #expect(failure.exitCode == .failed && failure.message.contains("\(file), which has what an interrupted check"))
        #expect(failure.message.hasSuffix("; make it readable to go on, or remove it to begin anew"))
        try FileManager.default.removeItem(atPath: file)
        try FileManager.default.moveItem(atPath: "\(file).kept", toPath: file)
        let before = printed.unread.count
        _ = try check(path) { ($0.tasks, $0.seed) = (1, nil) }.run()
        #expect(printed.unread.dropFirst(before).contains(chosen), "the seed that was drawn first")
    }

    @Test(arguments: ["", "1\n", "1\nthree\n", "1\n3\nno task\n"])
    func `progress that is damaged ends the command, and is not written over`(text: String) throws {
        let path = try bundle()
        #expect(commandFailure { _ = try check(path, stopAfter: 8).run() }?.exitCode == .interrupted)
        let file = directory.file("states/\(states[0])/progress")
        try text.write(toFile: file, atomically: true, encoding: .utf8)
        let failure = try #require(commandFailure { _ = try check(path).run() })
        #expect(failure.message.contains("\(file), ") && failure.message.contains(": it is damaged; "))
        #expect(try String(contentsOfFile: file, encoding: .utf8) == text)
    }

    @Test func `a record that comes out different is named with both values, and ends the check`() throws {
        let run = try directory.run("finished")
        try change("val_loss = val_loss + 0.001", of: run)
        let path = try BundleExport(of: run, to: nil, progress: .onStandardError()).path
        let check = try check(path) { $0.tasks = 4 }
        let verdict = try check.run()
        #expect(!verdict.isEqual && verdict.findings.isEmpty && states.isEmpty)
        let difference = try #require(verdict.difference)
        #expect(difference.contains("norm=") && difference.contains("in epoch 2, val_loss is published as "))
        #expect(check.failure(of: verdict)?.exitCode == .failed)
        let json = try verdict.json()
        #expect(json.contains("\"equal\":false") && json.contains("\"another_host\":true"))
    }

    @Test func `an edited bundle is told, and nothing is trained`() throws {
        let path = try bundle()
        var bytes = try Data(contentsOf: URL(filePath: path))
        let place = try #require(bytes.firstRange(of: Data("epochs: 3".utf8))).upperBound - 1
        bytes[place] = UInt8(ascii: "4")
        try bytes.write(to: URL(filePath: path))
        let check = try check(path, stopAfter: 0)
        let verdict = try check.run()
        #expect(verdict.findings.first?.contains("sweep.yaml has another SHA-256") == true)
        #expect(check.failure(of: verdict)?.message.hasSuffix("get it again from whoever published it") == true)
        #expect(printed.unread == verdict.findings)
    }

    @Test func `people read the line to quote at the end, where there is one, and programs an object`() throws {
        var verdict = Verdict(tables: 9, tasks: 4, publishedRecords: 12, isElsewhere: true)
        func isObject(_ verdict: Verdict) throws -> Bool {
            let json = try verdict.json()
            return try verdict.lastLine(.json) == json
        }
        // People have read the line on the tables before.
        #expect(try verdict.lastLine(.text) == nil && isObject(verdict))
        verdict.retrained = [try #require(TaskID(rawValue: String(repeating: "0a", count: 16)))]
        verdict.records = 3
        #expect(
            try verdict.lastLine(.text) == "1 of 4 tasks retrained on another host: every one of 3 records equal")
        #expect(try isObject(verdict))
        verdict.difference = "in epoch 2, val_loss is published as 1 and came out as 2 here"
        #expect(try verdict.lastLine(.text) == nil && isObject(verdict))
        verdict.difference = nil
        verdict.findings = ["epochs.csv has another SHA-256"]
        #expect(try verdict.lastLine(.text) == nil && isObject(verdict))
    }

    @Test func `options that cannot be are usage`() throws {
        let path = try bundle()
        let changes: [(inout VerifyOptions) -> Void] = [
            { $0.sample = "5%" }, { $0.tablesOnly = true }, { $0.tasks = -1 }, { $0.threads = 0 },
            { ($0.tasks, $0.sample) = (nil, "101%") }, { ($0.tasks, $0.sample) = (nil, "some") },
        ]
        for change in changes {
            let failure = commandFailure {
                _ = try check(path) {
                    $0.tasks = 1
                    change(&$0)
                }
            }
            #expect(failure?.exitCode == .usage)
        }
    }

    /// As a host that computes wrongly would have had it stored.
    private func change(_ assignment: String, of run: ChosenRun) throws {
        let journal = try DatabaseQueue(path: run.directory.journalFile)
        try journal.write { try $0.execute(sql: "UPDATE records SET \(assignment) WHERE task = 1 AND epoch = 2") }
        try journal.close()
    }
}

/// Stops a training in a batch.
private final class Counter: Sendable {
    private let left: Mutex<Int>

    init(_ count: Int) {
        left = Mutex(count)
    }

    func isUsedUp() -> Bool {
        left.withLock { left in
            guard left > 0 else { return true }
            left -= 1
            return false
        }
    }
}
