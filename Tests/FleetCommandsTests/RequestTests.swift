import CommandFixtures
import CommandOutput
import Commands
import FleetCommands
import Journal
import TestSupport
import Testing

/// What is asked of a coordinator that does not run.
struct RequestTests {
    private let directory = TemporaryDirectory()

    /// The run directory says where the sockets of its coordinator were; nobody listens there.
    private func run() throws -> ChosenRun {
        let run = try directory.run("finished")
        try run.commit([.settingChanged(.runtimeDirectory, to: directory.path)])
        return run
    }

    @Test func `a request is answered by nobody where no coordinator runs`() throws {
        let run = try run()
        #expect(try !run.hasCoordinator())
        #expect(try run.askIfRunning(.pause) == nil)
    }

    @Test func `a request that needs a coordinator is a failure where none runs`() throws {
        let run = try run()
        #expect(
            commandFailure { _ = try run.ask(.pause) }
                == CommandFailure(
                    "the sweep does not run now, or not on this host as this user; sweep run starts it, and goes on "
                        + "where it was"))
    }

    @Test func `a directory without a sweep is said to be that`() {
        let failure = commandFailure { _ = try ChosenRun(named: directory.path).ask(.pause) }
        #expect(failure?.message.contains("no sweep is in this directory") == true)
    }
}
