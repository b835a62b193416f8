import Experiment
import Foundation
import GRDB
import Journal
import TestSupport
import Testing

/// Journals that earlier versions wrote, and the real migrations.
struct OlderJournalTests {
    private let directory = TemporaryDirectory()

    private static let migrations = Journal.currentMigrator().migrations

    @Test func `there is a journal of the version before each migration`() throws {
        #expect(Self.migrations.first == "1")
        for (index, migration) in Self.migrations.enumerated().dropFirst() {
            let run = directory.run("before \(index)")
            try Fixtures.copy("journals/\(migration)", to: run.path)
            let journal = try DatabaseQueue(path: run.journalFile)
            let applied = try journal.read { try Journal.currentMigrator().appliedMigrations($0) }
            #expect(applied == Array(Self.migrations[..<index]), "journals/\(migration) is of another version")
        }
    }

    @Test(arguments: migrations.dropFirst())
    func `a journal of the version before a migration is brought up to date and keeps what it holds`(
        migration: String
    ) throws {
        let run = directory.run()
        try Fixtures.copy("journals/\(migration)", to: run.path)
        let read = try JournalReader(of: run).state()
        try Journal.open(in: run).close()
        let state = try JournalReader(of: run).state()
        #expect(read == state, "a reader does not wait for somebody to bring it up to date")
        // It was made of the interrupted run of the first version.
        let origin = directory.run("origin")
        try Fixtures.copy("version-0.1.0/interrupted", to: origin.path)
        let expected = try JournalReader(of: origin).state()
        #expect(state.plan == expected.plan)
        #expect(state.histories == expected.histories)
        #expect(try JournalReader(of: run).allAttempts() == JournalReader(of: origin).allAttempts())
        #expect(try JournalReader(of: run).allRecords() == JournalReader(of: origin).allRecords())
        #expect(state.workers.map(\.id) == expected.workers.map(\.id))
    }

    @Test func `a worker of the time before host bounds has none`() throws {
        let run = directory.run()
        try Fixtures.copy("journals/what bounds a host", to: run.path)
        try Journal.open(in: run).close()
        let worker = try #require(try JournalReader(of: run).state().workers.first)
        #expect(worker.facts.host == "fixture" && worker.facts.processor == "A processor" && worker.facts.cores == 2)
        #expect(worker.facts.coresBound.isEmpty && worker.facts.memoryBytes == 0 && worker.facts.memoryBound.isEmpty)
    }

    @Test(arguments: try Fixtures.runs)
    func `a run of an earlier version is the same sweep, by every id`(fixture: String) throws {
        let run = directory.run()
        try Fixtures.copy(fixture, to: run.path)
        let text = try String(contentsOfFile: run.sweepFile, encoding: .utf8)
        let sweep = try Sweep(yaml: text, file: "sweep.yaml")
        let stored = try JournalReader(of: run).plan()
        #expect(stored.tasks == sweep.tasks(dataDigest: stored.dataDigest))
        #expect(try stored.tasks.map(\.id.rawValue) == identifiers(in: run))
        // Opening with today's plan refuses a sweep with other tasks.
        let plan = StoredPlan(sweep: sweep, text: text, dataDigest: stored.dataDigest)
        try Journal.open(in: run, plan: plan).close()
    }

    /// The first two had none, or did not keep what came of them.
    @Test(arguments: try Fixtures.versions.filter { !["version-0.1.0", "version-0.2.0"].contains($0) })
    func `what the second executions of an earlier version confirmed is confirmed`(version: String) throws {
        let run = directory.run()
        try Fixtures.copy("\(version)/finished", to: run.path)
        let state = try JournalReader(of: run).state()
        for (task, history) in zip(state.plan.tasks, state.histories) {
            let every = Set(1...task.parameters.epochs)
            #expect(history.isAudited && history.attempts.map(\.confirmed) == [[], every], "\(history)")
            #expect(history.authors.map(\.rawValue) == every.map { _ in 1 })
        }
        #expect(state.openDisputes.isEmpty && state.disagreementCount == 0 && state.judgements.isEmpty)
        try Journal.open(in: run).close()
        #expect(try JournalReader(of: run).state() == state)
    }

    /// As they stand in the table, which that version wrote.
    private func identifiers(in run: RunDirectory) throws -> [String] {
        let journal = try DatabaseQueue(path: run.journalFile)
        return try journal.read { try String.fetchAll($0, sql: "SELECT id FROM tasks ORDER BY ordinal") }
    }
}
