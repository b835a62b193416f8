import CommandOutput
import Commands
import CoordinatorService
import Messages

extension ChosenRun {
    /// Whether a coordinator of this user is at work, on this host.
    ///
    /// - Throws: `CommandFailure` where the directory cannot be read.
    package func hasCoordinator() throws(CommandFailure) -> Bool {
        do {
            return try ControlClient.canAsk(directory)
        } catch {
            throw CommandFailure(error.description)
        }
    }

    /// Asks the running coordinator; `nil` where none runs. The number of tasks or workers that it concerns.
    ///
    /// - Throws: `CommandFailure` where there is no sweep, or its coordinator refuses.
    package func askIfRunning(_ request: SweepRequest) throws(CommandFailure) -> Int? {
        // The reader has clear words where there is no sweep.
        _ = try reader()
        let answer: SweepAnswer?
        do {
            answer = try ControlClient.ask(request, of: directory)
        } catch {
            throw CommandFailure(error.description)
        }
        switch answer {
        case .done(let count): return count
        case .refused(let reason): throw CommandFailure(reason)
        case nil: return nil
        }
    }

    /// Asks the running coordinator.
    ///
    /// - Throws: as `askIfRunning`, and where none runs.
    package func ask(_ request: SweepRequest) throws(CommandFailure) -> Int {
        if let count = try askIfRunning(request) { return count }
        throw CommandFailure(
            "the sweep does not run now, or not on this host as this user; sweep run starts it, and goes on where it "
                + "was"
        )
    }
}
