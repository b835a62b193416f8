import Experiment
import Foundation
import Glibc
import Journal
import Scheduling
import Status

/// The journal of a simulated coordinator: the real one, in a directory of its own in memory.
///
/// Only its death and the transactions that fail are pretended.
final class FleetJournal {
    private let directory: RunDirectory
    private let plan: StoredPlan
    private var journal: Journal?

    init(of tasks: [SweepTask]) {
        let parent = access("/dev/shm", W_OK) == 0 ? "/dev/shm" : NSTemporaryDirectory()
        directory = RunDirectory(path: "\(parent)/sweep-sim-\(getpid())-\(UInt64.random(in: 0 ... .max))")
        plan = StoredPlan(
            name: FleetPlan.sweepName, data: .shapes, dataDigest: PretendTraining.digest, text: "name: simulated\n",
            tasks: tasks)
    }

    deinit {
        journal = nil
        try? FileManager.default.removeItem(atPath: directory.path)
    }

    /// Reads what a coordinator needs when it starts.
    func open() throws(FleetViolation) -> JournalState {
        try translating {
            let journal = try openWaiting()
            self.journal = journal
            return try journal.reader.state()
        }
    }

    /// Another thread of this process that is about to start a program holds a copy of every descriptor for a moment,
    /// the lock that was just let go of among them. A coordinator that is killed has no such threads left.
    private func openWaiting() throws -> Journal {
        for _ in 0..<1000 {
            if let journal = try openUnlessInUse() { return journal }
            usleep(1000)
        }
        return try Journal.open(in: directory, plan: plan)
    }

    private func openUnlessInUse() throws -> Journal? {
        do {
            return try Journal.open(in: directory, plan: plan)
        } catch {
            guard error.code == .inUse else { throw error }
            return nil
        }
    }

    /// The process is gone, and with it its lock.
    func kill() { journal = nil }

    /// Stores facts in one transaction.
    func commit(_ facts: [StoredFact], at date: Date) throws(FleetViolation) {
        try translating { try journal?.commit(facts.map { JournalChange($0, at: date) }) }
    }

    func record(of comparison: RecordComparison) throws(FleetViolation) -> EpochRecord? {
        try translating {
            try journal?.reader.record(of: comparison.attempt.task, epoch: comparison.record.epoch)
        }
    }

    /// All that is stored in the end, read as an export reads it.
    func records() throws(FleetViolation) -> [TaskID: [EpochRecord]] {
        try translating {
            try JournalReader(of: directory).read { snapshot in
                var records: [TaskID: [EpochRecord]] = [:]
                for task in plan.tasks {
                    try snapshot.forEachRecord(of: task, from: 1, limit: .max, gradients: true) {
                        records[task.id, default: []].append($0)
                    }
                }
                return records
            }
        }
    }

    /// All that a coordinator would go on from, read as a command reads it that shows the sweep.
    func state() throws(FleetViolation) -> JournalState { try translating { try JournalReader(of: directory).state() } }

    private func translating<Value>(_ body: () throws -> Value) throws(FleetViolation) -> Value {
        do {
            return try body()
        } catch {
            throw FleetViolation(description: "the journal: \(error)")
        }
    }
}
