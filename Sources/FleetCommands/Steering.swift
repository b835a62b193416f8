import CommandOutput
import Commands
import Experiment
import Messages

/// What the commands that steer a running sweep ask of its coordinator, and what they say of the answer.
package struct Steering {
    /// The number of tasks or workers that a request concerned.
    private let ask: (SweepRequest) throws -> Int

    package init(_ run: ChosenRun) {
        self.init { try run.ask($0) }
    }

    /// - Parameter ask: stands in for the coordinator in tests.
    package init(asking ask: @escaping (SweepRequest) throws -> Int) {
        self.ask = ask
    }

    /// Lets the sweep begin no more tasks.
    ///
    /// - Throws: as `ChosenRun.ask`; so do the others.
    package func pause() throws -> String {
        _ = try ask(.pause)
        return "The sweep is paused: what trains goes on, and nothing new begins until sweep resume."
    }

    /// Ends the pause of the sweep or, where workers are named, the drain of each.
    ///
    /// - Parameter say: told after each answer.
    /// - Throws: as `pause`.
    package func resume(_ workers: [WorkerID], say: (String) -> Void) throws {
        guard !workers.isEmpty else {
            _ = try ask(.resume)
            return say("The sweep goes on.")
        }
        for worker in workers {
            _ = try ask(.restore(worker))
            say("\(worker) is given tasks again.")
        }
    }

    /// Gives workers nothing more.
    ///
    /// - Parameter say: told after each answer.
    /// - Throws: as `pause`.
    package func drain(_ workers: [WorkerID], say: (String) -> Void) throws {
        for worker in workers {
            let count = try ask(.drain(worker))
            say(count == 0 ? "\(worker) is drained already." : "\(worker) is drained: it gets no more tasks.")
        }
    }

    /// Gives tasks up; none stands for all that are not finished.
    ///
    /// - Throws: as `pause`.
    package func cancel(_ tasks: [TaskID]) throws -> String {
        let count = try ask(.cancel(tasks))
        return count == 0 ? "Nothing to cancel: no such task is left." : "\(counted(count, "task")) cancelled."
    }
}

extension ChosenRun {
    /// Gives failed tasks another chance: at once while the sweep runs, else when its command runs again.
    ///
    /// - Parameter beginnings: of the tasks' ids; none stands for all that failed.
    /// - Returns: what came of it, in a line.
    /// - Throws: `CommandFailure`, a `JournalError`.
    package func retry(_ beginnings: [String]) throws -> String {
        let chosen = try tasks(beginnings)
        let none = "No such task has failed."
        if let count = try askIfRunning(.retry(chosen)) {
            return count == 0 ? none : "\(counted(count, "task")) tried again."
        }
        let count = try Retry.reopen(chosen, in: directory)
        return count == 0 ? none : "\(counted(count, "task")) will be tried again: run the sweep's command again."
    }
}
