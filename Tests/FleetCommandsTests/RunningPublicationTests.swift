import CommandFixtures
import CommandOutput
import Commands
import FleetCommands
import Journal
import TestSupport
import Testing

/// What `sweep verify` does with a sweep that runs.
struct RunningPublicationTests {
    private let directory = TemporaryDirectory()

    @Test func `a run directory in which a coordinator is at work is refused`() throws {
        let run = try directory.run("finished")
        let publication = try Publication(named: run.directory.path)
        #expect(
            commandFailure { try publication.checkThatItHasEnded { _ in true } }
                == CommandFailure("\(run.directory): the sweep runs; verify it when it has ended"))
        #expect(commandFailure { try publication.checkThatItHasEnded { _ in false } } == nil)
    }

    /// It says where the sockets of its coordinator were, and nobody listens there.
    @Test func `a run directory whose coordinator is gone is checked`() throws {
        let run = try directory.run("finished")
        try run.commit([.settingChanged(.runtimeDirectory, to: directory.path)])
        try Publication(named: run.directory.path).checkThatItHasEnded()
    }

    @Test func `of a bundle nobody asks whether the sweep runs`() throws {
        let bundle = try BundleExport(of: directory.run("finished"), to: nil, progress: .onStandardError()).path
        try Publication(named: bundle).checkThatItHasEnded { _ in
            Issue.record("a bundle has no coordinator")
            return true
        }
    }
}
