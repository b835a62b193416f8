import Experiment
import Foundation
import Journal
import Simulation
import TestSupport

/// A run directory of two points with two seeds, two epochs each, and its journal.
final class SampleRun {
    static let epochs = 2
    static let text = """
        name: sample
        data: shapes
        grid:
          norm: [bn, ln]
          seed: [1, 2]
        train:
          epochs: 2

        """

    private let place = TemporaryDirectory()
    let directory: RunDirectory
    let journal: Journal
    let plan: StoredPlan
    var tasks: [SweepTask] { plan.tasks }
    private let facts = HostFacts(host: "h", processor: "p", cores: 4, kernels: "avx2", build: "1")

    init() throws {
        let sweep = try Sweep(yaml: Self.text, file: "sweep.yaml")
        let digest = DataDigest(rawValue: String(repeating: "0a", count: 32))!
        directory = RunDirectory(path: place.path + "/run")
        plan = StoredPlan(sweep: sweep, text: Self.text, dataDigest: digest)
        journal = try Journal.open(in: directory, plan: plan)
    }

    func key(_ task: Int, attempt: Int = 1) -> AttemptKey {
        AttemptKey(task: tasks[task].id, attempt: Attempt(rawValue: attempt))
    }

    /// Stores an attempt with records of the given epochs, and its end where it has one.
    func store(
        _ task: Int, attempt: Int = 1, by worker: String = "w", epochs: ClosedRange<Int>? = 1...2,
        _ outcome: AttemptOutcome?
    ) throws {
        let key = key(task, attempt: attempt), date = Date(timeIntervalSince1970: 1_000)
        let records = (epochs.map(Array.init) ?? []).map { PretendTraining.record(of: tasks[task], epoch: $0) }
        let end = outcome.map { JournalChange.attemptEnded(key, StoredEnd(outcome: $0, seconds: 1, at: date)) }
        try journal.commit(
            [.attemptStarted(key, worker: WorkerID(rawValue: worker)!, facts: facts, at: date)]
                + records.map { .recordCommitted($0, by: key) } + (end.map { [$0] } ?? []))
    }
}
