import ArgumentParser
import Experiment
import Foundation
import Journal
import Training

/// `sweep replay TASK`: trains a task again, here, and compares every bit of every stored record.
struct ReplayCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "replay", abstract: "Train a finished task again and compare every bit of its records.",
        discussion: """
            The task is named by its id, of which a beginning is enough; attempts.csv and sweep plan --format json have \
            the ids. Nothing is written. Exit code 1 where a record differs.
            """)

    @Argument(help: ArgumentHelp("A task's id, or the beginning of one.", valueName: "task"))
    var task: String

    @OptionGroup var selection: RunSelection

    @Option(help: ArgumentHelp("Where CIFAR-10's batches are (default: the cache).", valueName: "dir"))
    var data: String?

    @Option(help: "Threads to train with; no result depends on it.")
    var threads = 1

    func run() throws {
        guard (1...1024).contains(threads) else {
            throw CommandFailure("--threads \(threads): give 1 to 1024", exitCode: .usage)
        }
        let reader = try selection.reader()
        let plan = try reader.plan()
        let task = try chosen(of: plan.tasks)
        let records = try (1...task.parameters.epochs).map { try reader.record(of: task.id, epoch: $0) }
        guard let last = records.lastIndex(where: { $0 != nil }) else {
            throw CommandFailure("task \(task.id) has no stored record yet: nothing to compare")
        }
        let images = try loadImages(of: task)
        let trainer = try Trainer(parameters: task.parameters, data: images, options: TrainerOptions(threads: threads))
        Output.error("Replaying \(task.summary)")
        var differingCount = 0
        for stored in records[...last] {
            let record = try trainer.trainEpoch()
            let verdict = stored.map { $0 == record ? "the same" : "DIFFERENT" } ?? "not stored"
            if verdict == "DIFFERENT" { differingCount += 1 }
            Output.line("epoch \(record.epoch): \(verdict)")
        }
        guard differingCount == 0 else {
            throw CommandFailure(
                "\(counted(differingCount, "record")) of task \(task.id) came out different on this host; "
                    + "run it on another one to learn which is wrong")
        }
    }

    private func chosen(of tasks: [SweepTask]) throws -> SweepTask {
        let matches = tasks.filter { $0.id.rawValue.hasPrefix(task.lowercased()) }
        switch matches.count {
        case 1: return matches[0]
        case 0: throw CommandFailure("no task of this sweep has an id that begins with \(task)", exitCode: .usage)
        default:
            let message = "\(matches.count) tasks have ids that begin with \(task): give more of it"
            throw CommandFailure(message, exitCode: .usage)
        }
    }

    private func loadImages(of task: SweepTask) throws -> DataSet {
        let images: DataSet
        do {
            images = try DataSet.load(task.data, directory: data)
        } catch {
            throw CommandFailure(error.description)
        }
        guard images.digest == task.dataDigest else {
            let message = "the \(task.data.rawValue) images here are not those of the sweep; name its own with --data"
            throw CommandFailure(message)
        }
        return images
    }
}
