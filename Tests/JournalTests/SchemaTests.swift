import Experiment
import Foundation
import GRDB
import Journal
import TestSupport
import Testing

/// Journals of other versions and other programs.
struct SchemaTests {
    private let directory = TemporaryDirectory()

    /// Today's schema, and one more version that adds a column.
    private var newer: DatabaseMigrator {
        var migrator = Journal.currentMigrator()
        migrator.registerMigration("2, of a test") { database in
            try database.execute(sql: "ALTER TABLE tasks ADD COLUMN note TEXT NOT NULL DEFAULT 'none'")
        }
        return migrator
    }

    @Test func `a newer journal is refused and left alone`() throws {
        try Journal.open(in: directory.run(), plan: samplePlan()).close()
        try Journal(locking: directory.run(), creating: false, migrator: newer).close()
        let before = try Data(contentsOf: URL(filePath: directory.run().journalFile))
        #expect(errorCode { _ = try Journal.open(in: directory.run(), plan: samplePlan()) } == .newerSchema)
        #expect(errorCode { _ = try JournalReader(of: directory.run()) } == .newerSchema)
        #expect(try Data(contentsOf: URL(filePath: directory.run().journalFile)) == before)
    }

    @Test func `the number of the schema is how many changes a new journal has had`() throws {
        try Journal.open(in: directory.run(), plan: samplePlan()).close()
        let applied = try DatabaseQueue(path: directory.run().journalFile).read { database in
            try Int.fetchOne(database, sql: "SELECT count(*) FROM grdb_migrations")
        }
        #expect(applied == Journal.schemaVersion)
    }

    @Test func `an older journal is migrated and keeps what it holds`() throws {
        let plan = samplePlan()
        let key = plan.tasks[0].attempt(1)
        let journal = try Journal.open(in: directory.run(), plan: plan)
        try journal.commit([.started(key), .recordCommitted(sampleRecord(epoch: 1), by: key)])
        try journal.close()
        let migrated = try Journal(locking: directory.run(), creating: false, migrator: newer)
        #expect(try migrated.reader.plan() == plan)
        #expect(try migrated.reader.allRecords() == [key.task: [sampleRecord(epoch: 1)]])
    }

    @Test func `a reader reads an older journal as if it were migrated, and leaves it alone`() throws {
        try Journal.open(in: directory.run(), plan: samplePlan()).close()
        let before = try Data(contentsOf: URL(filePath: directory.run().journalFile))
        let reader = try JournalReader(of: directory.run(), migrator: newer)
        #expect(try reader.plan() == samplePlan())
        #expect(
            try reader.read { try String.fetchAll($0.database, sql: "SELECT DISTINCT note FROM tasks") } == ["none"])
        #expect(try Data(contentsOf: URL(filePath: directory.run().journalFile)) == before)
    }

    @Test
    func `a reader of an older journal sees what is written to it later, before and after it is brought up to date`()
        throws
    {
        let plan = samplePlan()
        let key = plan.tasks[0].attempt(1)
        let journal = try Journal.open(in: directory.run(), plan: plan)
        let reader = try JournalReader(of: directory.run(), migrator: newer)
        #expect(try reader.allRecords().isEmpty)
        try journal.commit([.started(key), .recordCommitted(sampleRecord(epoch: 1), by: key)])
        #expect(try reader.allRecords()[key.task]?.count == 1)
        try journal.close()
        let migrated = try Journal(locking: directory.run(), creating: false, migrator: newer)
        #expect(try reader.allRecords() == migrated.reader.allRecords())
        try migrated.close()
    }

    @Test func `a database of another program is refused`() throws {
        try FileManager.default.createDirectory(atPath: directory.run().path, withIntermediateDirectories: true)
        let foreign = try DatabaseQueue(path: directory.run().journalFile)
        try foreign.write { try $0.execute(sql: "CREATE TABLE songs (title TEXT)") }
        try foreign.close()
        #expect(errorCode { _ = try Journal.open(in: directory.run(), plan: samplePlan()) } == .notAJournal)
        #expect(errorCode { _ = try JournalReader(of: directory.run()) } == .notAJournal)
    }

    @Test func `a file that is no database is refused`() throws {
        try FileManager.default.createDirectory(atPath: directory.run().path, withIntermediateDirectories: true)
        let text = Data(String(repeating: "not a database ", count: 100).utf8)
        try text.write(to: URL(filePath: directory.run().journalFile))
        #expect(errorCode { _ = try Journal.open(in: directory.run(), plan: samplePlan()) } == .notAJournal)
        #expect(try Data(contentsOf: URL(filePath: directory.run().journalFile)) == text)
    }

    @Test func `a damaged journal is named as such`() throws {
        try Journal.open(in: directory.run(), plan: samplePlan(taskCount: 300)).close()
        let file = try FileHandle(forUpdating: URL(filePath: directory.run().journalFile))
        // Every page but the first, which holds the schema.
        try file.seek(toOffset: 4_096)
        try file.write(contentsOf: Data(repeating: 0xA5, count: 60_000))
        try file.close()
        #expect(errorCode { _ = try Journal.open(in: directory.run(), plan: samplePlan(taskCount: 300)) } == .corrupt)
    }
}
