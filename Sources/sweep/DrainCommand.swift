import ArgumentParser
import Experiment

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
        for worker in workers {
            let count = try selection.ask(.drain(worker))
            Output.line(count == 0 ? "\(worker) is drained already." : "\(worker) is drained: it gets no more tasks.")
        }
    }
}
