import ArgumentParser
import TrainerProgram

/// `sweep trainer`: what a worker runs in each of its slots. Not for people, and without options: everything that it is
/// told comes over its standard input, in messages that have a version.
struct TrainerCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "trainer", abstract: "Train one task for a worker.", shouldDisplay: false)

    func run() { TrainerMain().run() }
}
