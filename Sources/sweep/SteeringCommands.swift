import ArgumentParser
import CommandOutput
import Experiment
import FleetCommands

// What is asked of the coordinator of a running sweep.

/// `sweep pause`: begins no more tasks of a running sweep.
struct PauseCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "pause", abstract: "Let a running sweep begin no more tasks.",
        discussion: """
            What trains goes on to its end. sweep resume lets the sweep go on, and so does a restart of its command.
            """)

    @OptionGroup var selection: RunSelection

    func run() throws {
        _ = try selection.chosen().ask(.pause)
        Output.line("The sweep is paused: what trains goes on, and nothing new begins until sweep resume.")
    }
}

/// `sweep resume [W…]`: ends a pause, or the drain of workers.
struct ResumeCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "resume", abstract: "End the pause of a running sweep, or the drain of workers.",
        discussion: "A sweep that was interrupted goes on with the command that started it: sweep run.")

    @Argument(help: ArgumentHelp("Workers that were drained; none: the paused sweep.", valueName: "worker"))
    var workers: [WorkerID] = []

    @OptionGroup var selection: RunSelection

    func run() throws {
        let run = try selection.chosen()
        guard !workers.isEmpty else {
            _ = try run.ask(.resume)
            return Output.line("The sweep goes on.")
        }
        for worker in workers {
            _ = try run.ask(.restore(worker))
            Output.line("\(worker) is given tasks again.")
        }
    }
}

/// `sweep drain W`: takes a worker out of a running sweep, without losing what it has trained.
struct DrainCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "drain", abstract: "Give a worker nothing more, and let others go on with its tasks.",
        discussion: """
            Its trainers end after handing over their state, from which other workers go on. The worker then idles, \
            and can be stopped; sweep resume W lets it work again, and so does a restart of the sweep's command. sweep \
            workers shows the names.
            """)

    @Argument(help: ArgumentHelp("A worker's name.", valueName: "worker"))
    var workers: [WorkerID]

    @OptionGroup var selection: RunSelection

    func run() throws {
        let run = try selection.chosen()
        for worker in workers {
            let count = try run.ask(.drain(worker))
            Output.line(count == 0 ? "\(worker) is drained already." : "\(worker) is drained: it gets no more tasks.")
        }
    }
}

/// `sweep cancel [TASK…]`: gives tasks of a running sweep up.
struct CancelCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "cancel", abstract: "Give up tasks of a running sweep, or all that are not finished.",
        discussion: """
            Cancelled tasks count as failed; what is stored of them stays, and sweep retry gives them another chance. \
            Without TASK the sweep ends with what it has. To stop it and go on another time, end sweep run with Ctrl-C.
            """)

    @Argument(
        help: ArgumentHelp("Tasks, each by the beginning of its id (attempts.csv has them).", valueName: "task"))
    var tasks: [String] = []

    @OptionGroup var selection: RunSelection

    func run() throws {
        let run = try selection.chosen()
        let count = try run.ask(.cancel(try run.tasks(tasks)))
        Output.line(count == 0 ? "Nothing to cancel: no such task is left." : "\(counted(count, "task")) cancelled.")
    }
}
