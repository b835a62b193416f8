import CoordinatorService
import Experiment
import Journal
import Scheduling
import Testing

/// How a sweep ended, of what its journal has.
struct SweepOutcomeTests {
    private func outcome(of run: SampleRun, auditShare: Double) throws -> SweepOutcome {
        let state = try run.journal.reader.state()
        var policy = TaskBoard.Policy()
        policy.auditShare = auditShare
        return try run.journal.reader.readReport {
            try SweepOutcome(ending: .finished, state: state, report: $0, policy: policy)
        }
    }

    @Test func `done, failed and unfinished tasks are told apart`() throws {
        let run = try SampleRun()
        try run.store(0, .completed)
        // A task that was cancelled when it had all its records is done.
        try run.store(1, .killed)
        try run.journal.commit([.taskFailed(run.tasks[1].id, .cancelled)])
        try run.store(2, epochs: 1...1, .error)
        try run.journal.commit([.taskFailed(run.tasks[2].id, .hopeless(reason: "no such thing"))])
        try run.store(3, epochs: 1...1, nil)
        let outcome = try outcome(of: run, auditShare: 0)
        #expect(outcome.failures.map(\.task) == [run.tasks[2]])
        #expect(outcome.failures.map(\.failure) == [.hopeless(reason: "no such thing")])
        #expect(outcome.progress.tasks.unfinished == 1 && outcome.progress.alarms == 0)
        #expect(outcome.audits == TaskBoard.AuditCounts())
        #expect(outcome.sweep.name == "sample" && outcome.finals.count == 2)
    }

    @Test func `an audit is another one's execution that came to its end and stored nothing new`() throws {
        let run = try SampleRun()
        for task in 0..<3 { try run.store(task, .completed) }
        try run.store(3, by: "local-1", .completed)
        try run.store(0, attempt: 2, by: "x", epochs: nil, .completed)
        try run.store(1, attempt: 2, by: "x", epochs: nil, .killed)
        try run.store(2, attempt: 2, epochs: nil, .completed)
        try run.store(3, attempt: 2, by: "local-1", epochs: nil, .completed)
        let audits = try outcome(of: run, auditShare: 1).audits
        #expect(audits.wanted == 4 && audits.done == 1 && audits.missing == 1)
        #expect(audits.repeatedByStrangers == 1 && audits.repeatedOnOwnHosts == 1)
    }
}
