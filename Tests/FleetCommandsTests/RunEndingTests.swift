import CommandFixtures
import CommandOutput
import Commands
import CoordinatorService
import Experiment
import FleetCommands
import Journal
import Results
import Scheduling
import Status
import TestSupport
import Testing

/// What a run ended with, in words and as an exit code.
struct RunEndingTests {
    private let directory = TemporaryDirectory()

    private func ending(
        _ ending: SweepEnding, of run: ChosenRun, auditShare: Double = 0
    ) throws -> RunEnding {
        var policy = TaskBoard.Policy()
        policy.auditShare = auditShare
        let reader = try run.reader()
        let state = try reader.state()
        let outcome = try reader.readReport {
            try SweepOutcome(ending: ending, state: state, report: $0, policy: policy)
        }
        return RunEnding(outcome, in: "runs/fixture")
    }

    @Test func `a run whose tasks are all done ends with a table, and nothing to complain of`() throws {
        let ending = try ending(.finished, of: directory.run("finished"))
        #expect(ending.notices.isEmpty && ending.failure == nil && ending.hasResults && ending.audit == nil)
        let table = ending.table(width: nil)
        #expect(table.leftOut == nil && table.text.hasPrefix("norm  "))
        #expect(table.text.split(separator: "\n").count == 3)
        let narrow = ending.table(width: 28)
        #expect(narrow.text.split(separator: "\n").allSatisfy { $0.count <= 28 })
        #expect(narrow.leftOut?.hasPrefix("Left out for want of room: ") == true)
        #expect(narrow.leftOut?.hasSuffix("; final.csv has everything.") == true)
    }

    @Test func `a stopped run says how much is left, and that the same command goes on`() throws {
        let ending = try ending(.stopped, of: directory.run("interrupted"))
        #expect(
            ending.failure
                == CommandFailure(
                    "interrupted with 3 tasks left; everything is stored in runs/fixture, the same command goes on",
                    exitCode: .interrupted))
        #expect(!ending.hasResults)
    }

    @Test func `a stalled run says where to look`() throws {
        let failure = try ending(.stalled, of: directory.run("interrupted")).failure
        #expect(failure?.exitCode == .failed)
        #expect(failure?.message.hasSuffix("See runs/fixture/attempts.csv") == true)
    }

    @Test func `failed tasks are named with their reasons, cancelled ones are counted`() throws {
        let run = try directory.run("interrupted")
        let tasks = try run.reader().plan().tasks
        try run.commit([
            .taskFailed(tasks[1].id, .hopeless(reason: "out of memory")),
            .taskFailed(tasks[2].id, .cancelled),
            .taskFailed(tasks[3].id, .cancelled),
        ])
        let ending = try ending(.finished, of: run)
        #expect(ending.notices == ["failed: \(tasks[1].summary): out of memory"])
        #expect(
            ending.failure
                == CommandFailure(
                    "1 task failed, 2 tasks cancelled; sweep retry gives them another chance",
                    exitCode: .someTasksFailed))
        #expect(ending.hasResults)
    }

    @Test func `an audit says how much of it was done`() throws {
        let run = try directory.run("finished")
        #expect(
            try ending(.finished, of: run, auditShare: 1).audit
                == RunEnding.Audit(
                    text: "Audit: 4 of 4 tasks could not be trained again; attempts.csv says why", isComplaint: true))
        #expect(
            try ending(.finished, of: run, auditShare: 1).failure
                == CommandFailure("the audit is not complete", exitCode: .someTasksFailed))
        try trainAgain(run, attempt: 2, by: run.reader().state().histories[0].attempts[0].worker)
        let repeated = try ending(.finished, of: run, auditShare: 1)
        let text = "Audit: 4 tasks trained again on the same host, every bit the same"
        #expect(repeated.audit == RunEnding.Audit(text: text, isComplaint: false))
        #expect(repeated.failure == nil)
        try trainAgain(run, attempt: 3, by: WorkerID(rawValue: "south-1")!)
        let complete = try ending(.finished, of: run, auditShare: 1)
        #expect(
            complete.audit
                == RunEnding.Audit(text: "Audit: 4 tasks trained again, every bit the same", isComplaint: false))
        #expect(complete.failure == nil)
    }

    private func trainAgain(_ run: ChosenRun, attempt: Int, by worker: WorkerID) throws {
        let facts = HostFacts(host: "north", processor: "A processor", cores: 2, kernels: "avx2", build: "1")
        for task in try run.reader().plan().tasks {
            let key = AttemptKey(task: task.id, attempt: Attempt(rawValue: attempt))
            let end = StoredEnd(outcome: .completed, reason: nil, seconds: 1, at: .now)
            try run.commit([
                .attemptStarted(key, worker: worker, facts: facts, at: .now), .attemptEnded(key, end),
            ])
        }
    }

    @Test func `a record that came out different is an alarm, whatever the ending`() throws {
        let run = try directory.run("finished")
        let task = try run.reader().plan().tasks[0]
        let record = try #require(try run.reader().record(of: task.id, epoch: 2))
        let key = AttemptKey(task: task.id, attempt: Attempt(rawValue: 1))
        try run.commit([.recordDiffered(record, by: key, at: .now)])
        for way in [SweepEnding.finished, .stopped, .stalled] {
            #expect(
                try ending(way, of: run).notices == [
                    "ALARM: 1 record came out different when trained again; attempts.csv says on which hosts"
                ])
        }
    }

    // MARK: What is told of it

    /// In the order in which it was told; results begin with `>`.
    private func told(_ ending: RunEnding, isQuiet: Bool, width: Int? = nil, _ conclusion: RunConclusion) -> [String] {
        var told: [String] = []
        do {
            try ending.conclude(isQuiet: isQuiet, width: width) {
                told.append($0)
            } print: {
                told.append(">" + $0.prefix { $0 != "\n" }.prefix(4))
            } draw: {
                told.append("(drawn)")
                return conclusion
            }
        } catch {
            told.append("error: \(error.message)")
        }
        return told
    }

    @Test func `the table comes first, then what became of the figures, then the audit`() throws {
        let ending = try ending(.finished, of: directory.run("finished"), auditShare: 1)
        let audit = try #require(ending.audit?.text)
        let conclusion = RunConclusion(
            complaint: "no figures", omissions: ["figures of 3 pairs"], remark: "5 seeds are few")
        let lines = told(ending, isQuiet: false, width: 24, conclusion)
        let meaning = "± std is the standard deviation over the n seeds, divided by n"
        let notes = ["Note: figures of 3 pairs.", "Note: no figures.", "Note: 5 seeds are few."]
        #expect(
            lines
                == [">norm", ">Left", meaning, "Drawing the figures", "(drawn)"] + notes
                + ["Files in runs/fixture: ", audit, "error: the audit is not complete"])
    }

    @Test func `whoever wants it quiet gets results and complaints`() throws {
        let ending = try ending(.finished, of: directory.run("finished"))
        #expect(
            told(ending, isQuiet: true, RunConclusion(complaint: "x", remark: "y")) == [">norm", "(drawn)", "Note: x."])
    }

    @Test func `a sweep that was stopped has nothing to draw`() throws {
        let ending = try ending(.stopped, of: directory.run("interrupted"))
        #expect(told(ending, isQuiet: false, RunConclusion()) == ["error: \(ending.failure?.message ?? "")"])
    }
}
