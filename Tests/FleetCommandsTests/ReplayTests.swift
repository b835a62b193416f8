import CommandFixtures
import CommandOutput
import Commands
import Experiment
import FleetCommands
import Foundation
import Journal
import Statistics
import TestSupport
import Testing

/// A finished task is trained again and compared.
struct ReplayTests {
    private let directory = TemporaryDirectory()
    private let facts = HostFacts(host: "north", processor: "A processor", cores: 2, kernels: "avx2", build: "1")
    private let worker = WorkerID(rawValue: "north-1")!

    private func attempt(_ task: SweepTask, _ number: Int) -> AttemptKey {
        AttemptKey(task: task.id, attempt: Attempt(rawValue: number))
    }

    @Test func `a task that is not finished has nothing to compare with`() throws {
        let run = try directory.run("interrupted")
        let failure = commandFailure { _ = try Replay(of: "3d", in: run) }
        #expect(failure?.message.hasSuffix(" is not finished, so there is nothing to compare with yet") == true)
        #expect(commandFailure { _ = try Replay(of: "ff", in: run) }?.exitCode == .usage)
        #expect(try Replay(of: "4f", in: run).task.id.rawValue.hasPrefix("4f"))
    }

    @Test(arguments: [0, -1, 1025]) func `a number of threads that no host has is refused`(threads: Int) {
        #expect(
            commandFailure { try Replay.check(threads: threads) }
                == CommandFailure("--threads \(threads): give 1 to 1024", exitCode: .usage))
    }

    @Test func `a replay tells every epoch, and a difference is a failure`() throws {
        let replay = try Replay(of: "4f", in: directory.run("finished"))
        #expect(replay.lines(differing: [2]) == ["epoch 1: the same", "epoch 2: DIFFERENT", "epoch 3: the same"])
        #expect(replay.failure(differing: []) == nil)
        #expect(
            replay.failure(differing: [1, 2])?.message
                == "2 records of task \(replay.task.id) came out different; "
                + "run it on another host to learn which is wrong")
    }

    // MARK: On a worker of the running sweep

    @Test func `a replay runs until the attempt after those of before has ended`() throws {
        let run = try directory.run("finished")
        let replay = try Replay(of: "4f", in: run)
        #expect(try replay.progress(isServed: true) == .running)
        try run.commit([.attemptStarted(attempt(replay.task, 2), worker: worker, facts: facts, at: .now)])
        #expect(try replay.progress(isServed: true) == .running)
        let record = try #require(try run.reader().record(of: replay.task.id, epoch: 3))
        let end = StoredEnd(outcome: .completed, reason: nil, seconds: 1.25, at: .now)
        try run.commit([
            .recordDiffered(record, by: attempt(replay.task, 2), at: .now),
            .attemptEnded(attempt(replay.task, 2), end),
        ])
        let done = Replay.Progress.done(differing: [3], note: "Trained again by north-1 in 1.2 s")
        #expect(try replay.progress(isServed: true) == done)
        // Also where the coordinator ended right after it had stored that.
        #expect(try replay.progress(isServed: false) == done)
    }

    @Test func `a replay that somebody asked for before is followed too`() throws {
        let run = try directory.run("finished")
        let task = try Replay(of: "4f", in: run).task
        try run.commit([.attemptStarted(attempt(task, 2), worker: worker, facts: facts, at: .now)])
        let replay = try Replay(of: "4f", in: run)
        let end = StoredEnd(outcome: .completed, reason: nil, seconds: nil, at: .now)
        try run.commit([.attemptEnded(attempt(task, 2), end)])
        #expect(
            try replay.progress(isServed: true) == .done(differing: [], note: "Trained again by north-1 in ?"))
    }

    @Test func `a replay is looked at until it has ended, with a pause in between`() throws {
        let run = try directory.run("finished")
        let replay = try Replay(of: "4f", in: run)
        var said: [String] = [], pauses = 0
        let end = StoredEnd(outcome: .completed, reason: nil, seconds: 2, at: .now)
        let steps: [[JournalChange]] = [
            [.attemptStarted(attempt(replay.task, 2), worker: worker, facts: facts, at: .now)],
            [.attemptEnded(attempt(replay.task, 2), end)],
        ]
        let differing = try replay.follow(isServed: { true }, say: { said.append($0) }) {
            do { try run.commit(steps[pauses]) } catch { Issue.record(error) }
            pauses += 1
        }
        #expect(differing.isEmpty && pauses == 2 && said == ["Trained again by north-1 in 2.0 s"])
    }

    @Test func `an execution that broke off, or a coordinator that ended, is a failure`() throws {
        let run = try directory.run("finished")
        let replay = try Replay(of: "4f", in: run)
        #expect(
            commandFailure { _ = try replay.progress(isServed: false) }?.message
                == "the coordinator ended before the task was trained again")
        let end = StoredEnd(outcome: .workerLost, reason: "silent", seconds: nil, at: .now)
        try run.commit([
            .attemptStarted(attempt(replay.task, 2), worker: worker, facts: facts, at: .now),
            .attemptEnded(attempt(replay.task, 2), end),
        ])
        #expect(
            commandFailure { _ = try replay.progress(isServed: true) }?.message
                == "the execution did not end (worker-lost: silent); ask again")
    }

    // MARK: In this process

    @Test func `a replay on this host gives the same bits, and the execution is stored`() throws {
        let run = try directory.run("finished")
        var said: [String] = []
        let replay = try Replay(of: "4f", in: run)
        let differing = try replay.perform(data: nil, threads: 1, say: { said.append($0) }) {
            Issue.record("nobody is waited for")
        }
        #expect(differing.isEmpty)
        #expect(
            said == [
                "Replaying \(replay.task.summary)",
                "Which test images are right is not compared: an earlier version trained the task and did not store it",
            ])
        #expect(try run.reader().state().histories[0].isAudited)
        var executions: [StoredAttempt] = []
        try run.reader().read { try $0.forEachAttempt { if $0 == replay.task.id { executions.append($1) } } }
        #expect(executions.map(\.attempt.rawValue) == [1, 2])
        #expect(executions[1].end?.reason == "sweep replay")
        #expect(executions[1].worker.rawValue.hasPrefix("replay-"))
        let attempts = try String(contentsOfFile: run.directory.file("attempts.csv"), encoding: .utf8)
        #expect(attempts.contains(",sweep replay"))
    }

    @Test func `a record that comes out different is an alarm in the journal`() throws {
        let run = try directory.run("finished")
        let replay = try Replay(of: "4f", in: run)
        var records = try (1...3).map { try #require(try run.reader().record(of: replay.task.id, epoch: $0)) }
        let trained = records[1]
        records[1].metrics.valLoss = records[1].metrics.valLoss.nextUp
        let here = LocalReplay(task: replay.task, records: records, attempt: Attempt(rawValue: 2))
        try FileManager.default.createDirectory(atPath: run.directory.logs, withIntermediateDirectories: true)
        #expect(try here.run(in: run.directory, data: nil, threads: 2) { Issue.record("\($0)") } == [2])
        let disagreements = try run.reader().read { try $0.disagreements(of: attempt(replay.task, 2)) }
        #expect(disagreements.map(\.delivered) == [trained])
    }

    @Test func `as many right images, but others, are a difference, and all of both are kept`() throws {
        let run = try directory.run("finished")
        let replay = try Replay(of: "4f", in: run)
        var records = try (1...3).map { try #require(try run.reader().record(of: replay.task.id, epoch: $0)) }
        let images = replay.task.images.test
        let right = Int((records[2].metrics.valAccuracy / 100 * Double(images)).rounded())
        // A network that gets exactly the first images right is another one.
        records[2].outcomes = ImageOutcomes((0..<images).map { $0 < right })
        #expect(records[2].fault(in: replay.task) == nil)
        let here = LocalReplay(task: replay.task, records: records, attempt: Attempt(rawValue: 2))
        try FileManager.default.createDirectory(atPath: run.directory.logs, withIntermediateDirectories: true)
        #expect(try here.run(in: run.directory, data: nil, threads: 1) { Issue.record("\($0)") } == [3])
        let delivered = try #require(
            try run.reader().read { try $0.disagreements(of: attempt(replay.task, 2)) }.first?.delivered)
        #expect(delivered.outcomes?.rightCount == right && delivered.metrics == records[2].metrics)
        #expect(delivered.outcomes != records[2].outcomes)
    }

    @Test func `a directory that a coordinator holds keeps nobody from comparing`() throws {
        let run = try directory.run("finished")
        let replay = try Replay(of: "4f", in: run)
        let journal = try Journal.open(in: run.directory)
        var complaints: [String] = []
        #expect(try replay.here().run(in: run.directory, data: nil, threads: 1) { complaints.append($0) }.isEmpty)
        #expect(complaints.count == 1 && complaints[0].hasPrefix("This replay is not stored: "))
        try journal.close()
    }
}
