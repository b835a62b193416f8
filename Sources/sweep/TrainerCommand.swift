import ArgumentParser
import CommandOutput
import HostSystem
import TrainerProgram

/// `sweep trainer`: what a worker runs in each of its slots. Not for people.
struct TrainerCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "trainer", abstract: "Train one task for a worker.", shouldDisplay: false)

    @Option var parent: Int32
    @Option var data: String?
    /// Seconds.
    @Option var checkpointPause: Double
    /// Logical processors of one core, separated by commas.
    @Option var core: PhysicalCore?

    func run() throws {
        let options = TrainerMain.Options(
            parent: parent, dataDirectory: data, core: core, checkpointPause: .seconds(checkpointPause))
        do {
            try TrainerMain(options: options).run()
        } catch {
            throw CommandFailure("the first order: \(error)", exitCode: .usage)
        }
    }
}
