import CommandOutput
import DurableFiles
import Experiment
import Foundation
import Training
import Verification

/// `sweep verify`: everything that was published is made again, and a sample of the tasks trained again.
package struct VerifyRun: Sendable {
    private let publication: Publication
    private let options: VerifyOptions
    private let size: TaskSample.Size
    private let surroundings: Surroundings

    /// What the check finds around it.
    package struct Surroundings: Sendable {
        /// The name of this host.
        package var host: String
        /// Where the states of interrupted checks are; `nil` keeps none.
        package var states: String?
        /// Tells this build from others.
        package var program: String
        package var progress: WorkProgress
        /// Prints a line of the result, for people.
        package var print: @Sendable (String) -> Void
        /// Tells a person something else, in a line.
        package var say: @Sendable (String) -> Void
        /// Called once, before training: from then on a stop is asked for with `isStopped`.
        package var beginTraining: @Sendable () -> Void = {}
        package var isStopped: @Sendable () -> Bool = { false }

        package init(
            host: String, states: String?, program: String, progress: WorkProgress,
            print: @escaping @Sendable (String) -> Void, say: @escaping @Sendable (String) -> Void
        ) {
            self.host = host
            self.states = states
            self.program = program
            self.progress = progress
            self.print = print
            self.say = say
        }
    }

    /// - Throws: `CommandFailure` of code `.usage` where the options cannot be.
    package init(
        _ publication: Publication, _ options: VerifyOptions, _ surroundings: Surroundings
    ) throws(CommandFailure) {
        self.publication = publication
        self.options = options
        self.surroundings = surroundings
        size = try options.size()
    }

    /// Checks the tables, then trains.
    ///
    /// - Returns: the verdict, whatever it is.
    /// - Throws: `CommandFailure` where it cannot be had: of code `.interrupted` where a stop was asked for.
    package func run() throws -> Verdict {
        defer { surroundings.progress.end() }
        let results = try publication.check(surroundings.progress.show)
        surroundings.progress.end()
        var verdict = Verdict(
            tables: results.tableCount, tasks: results.tasks.count, publishedRecords: results.digests.recordCount,
            isElsewhere: !results.hosts.contains(surroundings.host))
        verdict.findings = results.findings.map(\.description)
        guard verdict.findings.isEmpty else {
            verdict.findings.forEach(surroundings.print)
            noteVersion(of: results)
            return verdict
        }
        surroundings.print(verdict.tablesLine)
        guard size != .count(0), size != .share(0), !results.tasks.isEmpty else { return verdict }
        try retrain(results, &verdict)
        return verdict
    }

    /// The failure with which the command ends; `nil` where everything is equal.
    package func failure(of verdict: Verdict) -> CommandFailure? {
        if !verdict.findings.isEmpty {
            let count = counted(verdict.findings.count, "finding")
            return CommandFailure("this is not what was published, \(count); \(publication.remedy)")
        }
        return verdict.difference.map { CommandFailure($0) }
    }

    private func noteVersion(of results: PublishedResults) {
        guard let version = results.version, version != Version.current else { return }
        surroundings.say(
            "Note: sweep \(singleLine(version)) made these tables, and this is \(Version.current): check with that one."
        )
    }

    // MARK: Training again

    private func retrain(_ results: PublishedResults, _ verdict: inout Verdict) throws {
        let images = try DataSet.images(of: results.tasks[0], in: options.data)
        var state = try VerifyState(
            of: results.digests, in: surroundings.states, program: surroundings.program,
            complain: { surroundings.say("Note: \($0).") })
        let sample = TaskSample(seed: options.seed ?? state.seed ?? .random(in: 1...999_999), size: size)
        let chosen = sample.chosen(from: results.tasks.map(\.id))
        try state.begin(seed: sample.seed)
        verdict.seed = sample.seed
        surroundings.print(
            "seed \(sample.seed) chooses \(chosen.count) of \(counted(results.tasks.count, "task")) to train again")
        surroundings.beginTraining()
        let byID = Dictionary(uniqueKeysWithValues: results.tasks.map { ($0.id, $0) })
        for (place, id) in chosen.enumerated() {
            let task = byID[id]!, records = try results.records(of: task)
            let name = "\(place + 1) of \(chosen.count): \(results.names.name(task)) (\(id))"
            if !state.isEqual(id) {
                verdict.difference = try difference(of: task, records, images, state, name)
                guard verdict.difference == nil else { break }
                try state.recordEqual(id)
            }
            surroundings.progress.end()
            surroundings.print("\(name): \(counted(records.count, "record")) equal")
            verdict.retrained.append(id)
            verdict.records += records.count
        }
        state.remove()
    }

    /// What came out different, in a line; `nil` where nothing did.
    private func difference(
        of task: SweepTask, _ records: [EpochRecord], _ images: DataSet, _ state: VerifyState, _ name: String
    ) throws -> String? {
        let retraining = Retraining(
            images: images, threads: options.threads, isStopped: surroundings.isStopped,
            onEpoch: { surroundings.progress.show("\(name), epoch \($0) of \(records.count)") })
        do {
            try retraining.run(task, against: records, state: state)
            return nil
        } catch let difference as RecordDifference {
            return "task \(task.id) (\(task.summary)): "
                + "in epoch \(difference.epoch), \(difference.field) is published as \(difference.published) and came "
                + "out as \(difference.trained) here; verify on a third host to learn which is wrong"
        } catch let error as TrainingError where error.code == .stopped {
            throw CommandFailure("interrupted; the same command goes on", exitCode: .interrupted)
        } catch let error as TrainingError {
            throw CommandFailure(error.description)
        } catch let fault as FileFault {
            throw CommandFailure(fault.description)
        }
    }
}
