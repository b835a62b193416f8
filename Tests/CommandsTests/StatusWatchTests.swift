import CommandOutput
import Commands
import Experiment
import Foundation
import Journal
import Status
import Synchronization
import TestSupport
import Testing

/// A sweep is watched from its journal.
struct StatusWatchTests {
    private let directory = TemporaryDirectory()

    private final class Screen: Sendable {
        let text = Mutex("")

        func terminal(isInteractive: Bool) -> Terminal {
            Terminal(isInteractive: isInteractive, hasColors: false) { [self] written in
                text.withLock { $0 += written }
            } measure: {
                Terminal.Size(columns: 120, rows: 24)
            }
        }

        var lines: [String] { text.withLock { $0 }.split(separator: "\n").map(String.init) }
    }

    private let worker = WorkerID(rawValue: "north-1")!

    /// What is missing of the interrupted fixture, stored as if a worker had brought it: a task at a time.
    private func finish(_ task: SweepTask, _ history: TaskHistory, in run: ChosenRun) throws {
        let key = AttemptKey(task: task.id, attempt: Attempt(rawValue: history.attempts.count + 1))
        let facts = HostFacts(host: "north", processor: "A processor", cores: 2, kernels: "avx2", build: "1")
        let metrics = EpochMetrics(trainLoss: 1, valLoss: 1, trainAccuracy: 50, valAccuracy: 50)
        let missing = (1...task.parameters.epochs).filter { !history.epochs.contains($0) }
        let journal = try Journal.open(in: run.directory)
        defer { try? journal.close() }
        try journal.commit(
            [.attemptStarted(key, worker: worker, facts: facts, at: .now)]
                + missing.map { .recordCommitted(EpochRecord(epoch: $0, metrics: metrics), by: key) }
                + [.attemptEnded(key, StoredEnd(outcome: .completed, at: .now))])
    }

    @Test func `what is watched is text`() {
        #expect(throws: Never.self) { try StatusWatch.check(format: .text) }
        #expect(throws: CommandFailure("--watch shows text; leave --format json out", exitCode: .usage)) {
            try StatusWatch.check(format: .json)
        }
    }

    @Test func `a sweep that is over is shown once`() throws {
        let screen = Screen()
        var watch = StatusWatch(
            try directory.run("finished").reader(), terminal: screen.terminal(isInteractive: false))
        try watch.run { _ in
            Issue.record("there is nothing to wait for")
            return false
        }
        #expect(screen.lines.count == 1 && screen.lines[0].contains("4/4 tasks"), "\(screen.lines)")
    }

    @Test func `in a log a line comes whenever epochs did, until every task is done`() throws {
        let run = try directory.run("interrupted"), screen = Screen()
        let state = try run.reader().state()
        var left = Array(zip(state.plan.tasks, state.histories)).filter { $1.phase(of: $0) != .done }
        var pauses: [Duration] = []
        var watch = StatusWatch(try run.reader(), terminal: screen.terminal(isInteractive: false))
        try watch.run { pause in
            pauses.append(pause)
            // Every second look finds nothing new.
            guard pauses.count.isMultiple(of: 2) else { return true }
            let (task, history) = left.removeFirst()
            do { try finish(task, history, in: run) } catch { Issue.record(error) }
            return true
        }
        #expect(left.isEmpty && pauses.count == 6 && pauses.allSatisfy { $0 >= .seconds(1) })
        #expect(screen.lines.count == 4 && screen.lines[3].contains("4/4 tasks"), "\(screen.lines)")
    }

    @Test func `the rate is told when enough time has passed for it to say something`() throws {
        let run = try directory.run("interrupted"), screen = Screen()
        let state = try run.reader().state()
        let left = Array(zip(state.plan.tasks, state.histories)).filter { $1.phase(of: $0) != .done }
        var watch = StatusWatch(try run.reader(), terminal: screen.terminal(isInteractive: false))
        var now = ContinuousClock.now, looks = 0
        #expect(throws: CommandFailure("", exitCode: .interrupted)) {
            try watch.run(clock: { now }) { _ in
                looks += 1
                guard looks <= 2 else { return false }
                now += .seconds(looks == 1 ? 14 : 16)
                do { try finish(left[looks - 1].0, left[looks - 1].1, in: run) } catch { Issue.record(error) }
                return true
            }
        }
        #expect(screen.lines.map { $0.contains(" epochs/s") } == [false, false, true], "\(screen.lines)")
    }

    @Test func `in a terminal it is a panel, which is gone when somebody has seen enough`() throws {
        let screen = Screen()
        var watch = StatusWatch(
            try directory.run("interrupted").reader(), terminal: screen.terminal(isInteractive: true))
        #expect(throws: CommandFailure("", exitCode: .interrupted)) { try watch.run { _ in false } }
        let text = screen.text.withLock { $0 }
        #expect(text.contains("1/4 tasks") && text.hasSuffix("\u{1b}[J"), "\(text)")
    }
}
