import ArgumentParser
import Experiment
import Training

/// `sweep plan FILE`: the tasks of a sweep file. Reads the file and the images, and touches nothing.
struct PlanCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "plan", abstract: "Show the tasks of a sweep file and what they would cost.",
        discussion: "Nothing is written and nothing runs.")

    enum Format: String, CaseIterable, ExpressibleByArgument {
        case table, json
    }

    @Argument(help: ArgumentHelp("The sweep file.", valueName: "file"))
    var file: String

    @Option(help: ArgumentHelp("Where CIFAR-10's batches are (default: the cache).", valueName: "dir"))
    var data: String?

    @Option(help: "How to print the tasks.")
    var format = Format.table

    func run() throws {
        let plan = try plan(of: SubmittedSweep(path: file).sweep)
        Output.text(format == .json ? plan.json + "\n" : plan.table)
    }

    /// Without CIFAR-10 the plan is the same but for the ids, so that is no failure here.
    private func plan(of sweep: Sweep) throws -> SweepPlan {
        do {
            let images = try DataSet.load(sweep.data, directory: data)
            return SweepPlan(
                sweep: sweep, dataDigest: images.digest,
                images: ImageCounts(train: images.train.count, test: images.test.count))
        } catch {
            guard sweep.data == .cifar10, error.code == .notFound else { throw CommandFailure(error.description) }
            Output.error("\(error) (until the data is there, the ids shown here are not those of the tasks)")
            return SweepPlan(sweep: sweep, dataDigest: DataDigest(standingInFor: .cifar10), images: .cifar10)
        }
    }
}
