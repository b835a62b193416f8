import CommandOutput
import FleetCommands
import Journal
import Testing
import Transport
import WorkerAgent

/// A part of the fleet that fails ends the command.
struct FailureTests {
    @Test func `another sweep's directory is bad usage, a fault of the journal is not`() {
        let other = JournalError(.anotherSweep, path: "runs/a", "another sweep is in this directory")
        #expect(
            CommandFailure(other) == CommandFailure("runs/a: another sweep is in this directory", exitCode: .usage))
        let full = JournalError(.diskFull, path: "runs/a", "no room")
        #expect(CommandFailure(full) == CommandFailure("runs/a: no room", exitCode: .failed))
    }

    @Test func `a fault of the network says what to do`() {
        let fault = TransportError(.addressInUse, "port 5555 is taken", remedy: "choose another")
        #expect(CommandFailure(fault) == CommandFailure(fault.description, exitCode: .failed))
    }

    @Test func `a worker of another version, or whose token is worth nothing, ends with 2`() {
        for code in [WorkerError.Code.tokenRefused, .otherVersion] {
            #expect(CommandFailure(WorkerError(code, "why")) == CommandFailure("why", exitCode: .usage))
        }
        for code in [WorkerError.Code.refused, .failed] {
            #expect(CommandFailure(WorkerError(code, "why")) == CommandFailure("why", exitCode: .failed))
        }
        #expect(CommandFailure.Code.usage.rawValue == 2)
    }

    @Test func `an error that is no failure of the fleet is passed on`() {
        #expect(CommandFailure(CancellationError()) == nil)
    }
}
