import CommandOutput
import Commands

extension Publication {
    /// A run directory is checked when nobody writes in it any more.
    ///
    /// - Parameter isServed: whether a coordinator is at work on a run directory.
    /// - Throws: `CommandFailure` where one is, or the directory cannot be read.
    package func checkThatItHasEnded(
        isServed: (ChosenRun) throws(CommandFailure) -> Bool = { run throws(CommandFailure) in
            try run.hasCoordinator()
        }
    ) throws(CommandFailure) {
        guard case .run(let run) = self, try isServed(run) else { return }
        throw CommandFailure("\(run.directory): the sweep runs; verify it when it has ended")
    }
}
