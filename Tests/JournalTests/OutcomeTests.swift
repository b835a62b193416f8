import Experiment
import GRDB
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

    @Test func `the bits go with their record, into its place and out of it`() throws {
        let plan = samplePlan(), attempts = (1...5).map { plan.tasks[0].attempt($0) }
        let journal = try Journal.open(in: directory.run(), plan: plan)
        try journal.commit(
            attempts.map { .started($0) } + [.recordCommitted(record(1), by: attempts[0])]
                + [.recordConfirmed(attempts[1], epoch: 10)]
                + [(2, 2), (3, 2), (4, 3)].map { .recordDiffered(record($1), by: attempts[$0], at: instant(5)) })
        try journal.commit([.recordsReplaced(by: attempts[2], reason: "why", at: instant(6))])
        try expect(journal.reader, record(2), delivered: [record(1), record(1), nil, nil, record(3)], attempts)
        let history = try journal.reader.read { try $0.history(of: plan.tasks[0]) }
        let wrong = [10: record(1).digest], other = [10: record(3).digest]
        #expect(history.attempts.map(\.differing) == [wrong, wrong, [:], [:], other])
        #expect(history.attempts.map(\.confirmed) == [[], [], [], [10], []])
        // And once more, by what stood beside it.
        try journal.commit([.recordsReplaced(by: attempts[4], reason: "why", at: instant(7))])
        try expect(journal.reader, record(3), delivered: [record(1), record(1), record(2), record(2), nil], attempts)
        let digests = try journal.reader.read { try $0.replacements() }.map(\.digest)
        #expect(digests == [record(1).digest, record(2).digest])
        try journal.close()
        try expect(
            JournalReader(of: directory.run()), record(3),
            delivered: [record(1), record(1), record(2), record(2), nil], attempts)
    }

    /// - Parameter delivered: of each attempt, what stands beside the stored record.
    private func expect(
        _ reader: JournalReader, _ stored: EpochRecord, delivered: [EpochRecord?], _ attempts: [AttemptKey]
    ) throws {
        #expect(try reader.record(of: attempts[0].task, epoch: 10) == stored)
        #expect(try reader.allRecords() == [attempts[0].task: [stored]])
        for (key, record) in zip(attempts, delivered) {
            let found = try reader.read { try $0.disagreements(of: key) }
            #expect(found.map(\.delivered) == (record.map { [$0] } ?? []))
            #expect(found.allSatisfy { $0.committed == stored })
        }
        let check = "SELECT count(*) FROM pragma_foreign_key_check"
        #expect(try reader.read { try Int.fetchOne($0.database, sql: check) } == 0)
    }

    @Test func `a record without its bits takes a place, and leaves it, without those of the other`() throws {
        let plan = samplePlan(), attempts = (1...3).map { plan.tasks[0].attempt($0) }
        let (silent, told) = (sampleRecord(epoch: 10), record(2, loss: 9))
        let journal = try Journal.open(in: directory.run(), plan: plan)
        try journal.commit(
            attempts.map { .started($0) } + [.recordCommitted(silent, by: attempts[0])]
                + [
                    .recordDiffered(told, by: attempts[1], at: instant(5)),
                    .recordDiffered(sampleRecord(epoch: 10, loss: 9), by: attempts[2], at: instant(5)),
                ])
        try journal.commit([.recordsReplaced(by: attempts[1], reason: "why", at: instant(6))])
        // The third does not tell, so it confirms nothing that the second one tells.
        let third = sampleRecord(epoch: 10, loss: 9)
        try expect(journal.reader, told, delivered: [silent, nil, third], attempts)
        try journal.commit([.recordsReplaced(by: attempts[0], reason: "why", at: instant(7))])
        try expect(journal.reader, silent, delivered: [nil, told, third], attempts)
        try journal.commit([.recordsReplaced(by: attempts[2], reason: "why", at: instant(8))])
        try expect(journal.reader, third, delivered: [silent, nil, nil], attempts)
        let history = try journal.reader.read { try $0.history(of: plan.tasks[0]) }
        #expect(history.attempts[1].confirmed == [10])
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
