import CommandFixtures
import Commands
import Experiment
import Journal
import TestSupport
import Testing

/// Failed tasks of a sweep that does not run are opened again.
struct RetryTests {
    private let directory = TemporaryDirectory()
    private let run: ChosenRun

    /// Of the four tasks the first is finished, and the others are failed; so is the first, which changes nothing.
    init() throws {
        run = try directory.run("interrupted")
        let journal = try Journal.open(in: run.directory)
        try journal.commit(try journal.reader.plan().tasks.map { .taskFailed($0.id, .cancelled) })
        try journal.close()
    }

    private func failed() throws -> [TaskID] {
        let state = try run.reader().state()
        return zip(state.plan.tasks, state.histories).filter { $1.failure != nil }.map(\.0.id)
    }

    @Test func `all failed tasks that are not finished are opened again`() throws {
        let tasks = try run.reader().plan().tasks.map(\.id)
        #expect(try Retry.failedTasks(of: run.reader().state(), among: []) == Array(tasks.dropFirst()))
        #expect(try Retry.reopen([], in: run.directory) == 3)
        #expect(try failed() == [tasks[0]])
        #expect(try Retry.reopen([], in: run.directory) == 0)
    }

    @Test func `of several failed tasks only those that are named are opened again`() throws {
        let tasks = try run.reader().plan().tasks.map(\.id)
        #expect(try Retry.reopen([tasks[0], tasks[2]], in: run.directory) == 1)
        #expect(try failed() == [tasks[0], tasks[1], tasks[3]])
    }

    @Test func `no task is opened again while a coordinator holds the directory`() throws {
        let journal = try Journal.open(in: run.directory)
        let error = #expect(throws: JournalError.self) { try Retry.reopen([], in: run.directory) }
        #expect(error?.code == .inUse)
        try journal.close()
    }
}
