import Experiment
import Journal
import Statistics
import TestSupport
import Testing

/// Which images a task's last epoch got right, stored with its record.
struct OutcomeTests {
    private let directory = TemporaryDirectory()

    private func record(_ firstRight: Int, loss: Double = 1.5) -> EpochRecord {
        var record = sampleRecord(epoch: 10, loss: loss)
        record.outcomes = ImageOutcomes((0..<600).map { $0 >= firstRight })
        return record
    }

    @Test func `the last record comes back with its bits, and so do its bits alone`() throws {
        let plan = samplePlan()
        let key = plan.tasks[1].attempt(1)
        let journal = try Journal.open(in: directory.run(), plan: plan)
        try journal.commit([
            .started(key), .recordCommitted(sampleRecord(epoch: 9), by: key), .recordCommitted(record(17), by: key),
        ])
        let reader = try JournalReader(of: directory.run())
        #expect(try reader.record(of: key.task, epoch: 10) == record(17))
        #expect(try reader.allRecords() == [key.task: [sampleRecord(epoch: 9), record(17)]])
        #expect(try reader.read { try $0.outcomes(of: plan.tasks[1]) } == record(17).outcomes)
        #expect(try reader.read { try $0.outcomes(of: plan.tasks[0]) } == nil)
        try reader.read {
            try $0.forEachRecord(of: plan.tasks[1], from: 10, limit: 1, gradients: false) {
                #expect($0.outcomes == nil)
            }
        }
    }

    @Test func `other bits of the last epoch are kept beside the committed ones, also by the same attempt`() throws {
        let plan = samplePlan()
        let (first, second) = (plan.tasks[2].attempt(1), plan.tasks[2].attempt(2))
        let journal = try Journal.open(in: directory.run(), plan: plan)
        try journal.commit([
            .started(first), .recordCommitted(record(1), by: first), .started(second),
            .recordDiffered(record(2), by: second, at: instant(5)),
            .recordDiffered(record(3), by: first, at: instant(6)),
            .recordDiffered(record(4), by: second, at: instant(7)),
        ])
        func delivered(_ key: AttemptKey) throws -> [EpochRecord] {
            try journal.reader.read { try $0.disagreements(of: key).map(\.delivered) }
        }
        #expect(try delivered(second) == [record(2)], "the first difference counts")
        #expect(try delivered(first) == [record(3)])
        let committed = try journal.reader.read { try $0.disagreements(of: second).map(\.committed) }
        #expect(committed == [record(1)])
        #expect(try journal.reader.record(of: first.task, epoch: 10) == record(1))
    }

    @Test func `a record without its bits, as an earlier version has it, is the same record`() throws {
        let plan = samplePlan()
        let key = plan.tasks[0].attempt(1)
        let journal = try Journal.open(in: directory.run(), plan: plan)
        try journal.commit([.started(key), .recordCommitted(sampleRecord(epoch: 10), by: key)])
        #expect(errorCode { try journal.commit([.recordCommitted(record(1), by: key)]) } == .recordRepeated)
        let other = record(1, loss: 9)
        #expect(errorCode { try journal.commit([.recordCommitted(other, by: key)]) } == .recordConflict)
        #expect(try journal.reader.read { try $0.outcomes(of: plan.tasks[0]) } == nil)
    }

    @Test func `a commit that fails leaves no bits`() throws {
        let plan = samplePlan()
        let (key, unknown) = (plan.tasks[0].attempt(1), plan.tasks[1].attempt(7))
        let journal = try Journal.open(in: directory.run(), plan: plan)
        try journal.commit([.started(key)])
        let changes: [JournalChange] = [
            .recordCommitted(record(1), by: key), .recordCommitted(record(2), by: unknown),
        ]
        #expect(errorCode { try journal.commit(changes) } == .invalidChange)
        #expect(try journal.reader.read { try $0.outcomes(of: plan.tasks[0]) } == nil)
        try journal.commit([.recordCommitted(record(3), by: key)])
        #expect(try journal.reader.read { try $0.outcomes(of: plan.tasks[0]) } == record(3).outcomes)
    }
}
