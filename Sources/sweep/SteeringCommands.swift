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
        Output.line(try Steering(selection.chosen()).pause())
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
        try Steering(selection.chosen()).resume(workers, say: Output.line)
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
        try Steering(selection.chosen()).drain(workers, say: Output.line)
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
        Output.line(try Steering(run).cancel(run.tasks(tasks)))
    }
}
