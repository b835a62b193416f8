import Experiment
import Foundation
import Journal
import Status
import TestSupport
import Testing

/// What second executions came to is kept: who is believed, what was replaced, by whom and when.
struct JudgementTests {
    private let directory = TemporaryDirectory()
    private let plan = samplePlan(taskCount: 1, epochs: 3)

    private var task: SweepTask { plan.tasks[0] }

    private func right(_ epoch: Int) -> EpochRecord { sampleRecord(epoch: epoch) }

    private func wrong(_ epoch: Int) -> EpochRecord { sampleRecord(epoch: epoch, loss: 1.5.nextUp) }

    private func end(_ number: Int) -> JournalChange {
        .attemptEnded(task.attempt(number), StoredEnd(outcome: .completed, at: instant(3_000)))
    }

    /// Attempt 1 lied in epoch 2, attempt 2 confirmed its lie, attempts 3 and 4 did not.
    private func disputed() throws -> Journal {
        let journal = try Journal.open(in: directory.run(), plan: plan)
        try journal.commit(
            [.started(task.attempt(1))]
                + [right(1), wrong(2), right(3)].map { .recordCommitted($0, by: task.attempt(1)) } + [end(1)])
        for number in 2...4 {
            let key = task.attempt(number)
            try journal.commit(
                [.started(key), .recordConfirmed(key, epoch: 1), .recordConfirmed(key, epoch: 3)]
                    + [
                        number == 2
                            ? .recordConfirmed(key, epoch: 2) : .recordDiffered(right(2), by: key, at: instant(4_000))
                    ]
                    + [end(number)])
        }
        return journal
    }

    @Test func `the records of a task are replaced, and what stood there stays with its digest and its attempt`() throws
    {
        let journal = try disputed()
        let before = try journal.reader.state().histories[0]
        #expect(before.attempts[1].confirmed == [1, 2, 3] && before.attempts[1].differing.isEmpty)
        #expect(before.attempts[2].differing == [2: right(2).digest])
        #expect(try journal.reader.state().openDisputes == [task.id])
        let change = JournalChange.recordsReplaced(by: task.attempt(3), reason: "why", at: instant(5_000))
        try journal.commit([change])
        #expect(try journal.reader.allRecords() == [task.id: [right(1), right(2), right(3)]])
        let history = try journal.reader.state().histories[0]
        #expect(history.authors.map(\.rawValue) == [3, 3, 3] && history.lastProgress == 3)
        #expect(history.attempts.map(\.differing) == [[2: wrong(2).digest], [2: wrong(2).digest], [:], [:]])
        #expect(history.attempts.map(\.confirmed) == [[], [1, 3], [], [1, 2, 3]])
        #expect(history.attempts.map(\.isAudit) == [false, true, true, true] && history.isAudited)
        let expected = Replacement(
            task: task.id, epoch: 2, replaced: Attempt(rawValue: 1), digest: wrong(2).digest, by: Attempt(rawValue: 3),
            at: instant(5_000), reason: "why")
        #expect(try journal.reader.read { try $0.replacements() } == [expected])
        let lie = try journal.reader.read { try $0.disagreements(of: task.attempt(1)) }
        #expect(lie.map(\.delivered) == [wrong(2)] && lie.map(\.committed) == [right(2)])
    }

    @Test func `an attempt without other records replaces nothing`() throws {
        let journal = try disputed()
        let change = JournalChange.recordsReplaced(by: task.attempt(2), reason: "", at: instant(5_000))
        #expect(errorCode { try journal.commit([change]) } == .invalidChange)
        #expect(try journal.reader.record(of: task.id, epoch: 2) == wrong(2))
    }

    @Test func `the last word on a key counts, and liars are named with their workers`() throws {
        let journal = try Journal.open(in: directory.run(), plan: plan)
        let key = WorkerKey(ofPublicKey: "k".utf8)
        let judgements = [
            KeyJudgement(key: key, verdict: .vouched, task: task.id),
            KeyJudgement(key: key, verdict: .lied, task: task.id, reason: "other bits"),
        ]
        try journal.commit([.nameBound(worker, to: key, at: instant(1)), .started(task.attempt(1))])
        try journal.commit(judgements.map { .keyJudged($0, at: instant(2)) })
        let state = try journal.reader.state()
        #expect(state.judgements == judgements)
        #expect(state.progress.liars == [Liar(key: key, workers: [worker], reason: "other bits")])
        #expect(try journal.reader.read { try $0.attemptsOfLiars() } == [task.attempt(1)])
        try journal.commit([.keyJudged(KeyJudgement(key: key, verdict: .forgotten), at: instant(3))])
        let forgotten = try journal.reader.state()
        #expect(forgotten.progress.liars == state.progress.liars, "it lied nevertheless")
        #expect(forgotten.verdicts == [key: .lied] && state.verdicts == [key: .lied])
    }
}
