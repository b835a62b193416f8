import ArgumentParser
import Experiment

/// `sweep resume [W…]`: ends a pause, or the drain of workers.
struct ResumeCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "resume", abstract: "End the pause of a running sweep, or the drain of workers.",
        discussion: "A sweep that was interrupted goes on with the command that started it: sweep run.")

    @Argument(help: ArgumentHelp("Workers that were drained; none: the paused sweep.", valueName: "worker"))
    var workers: [WorkerID] = []

    @OptionGroup var selection: RunSelection

    func run() throws {
        guard !workers.isEmpty else {
            _ = try selection.ask(.resume)
            return Output.line("The sweep goes on.")
        }
        for worker in workers {
            _ = try selection.ask(.restore(worker))
            Output.line("\(worker) is given tasks again.")
        }
    }
}
