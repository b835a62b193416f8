import GRDB

/// The tables, and how older ones become today's.
///
/// A migration that was released is never edited; a change of the tables is a new one at the end.
enum Schema {
    /// Marks the file as ours: the letters SWEP.
    static let applicationID = 0x5357_4550

    static func migrator() -> DatabaseMigrator {
        var migrator = DatabaseMigrator()
        migrator.registerMigration("1") { database in
            try database.execute(sql: "PRAGMA application_id = \(applicationID)")
            try database.execute(sql: version1)
        }
        migrator.registerMigration("what bounds a host") { database in
            try database.execute(sql: hostBounds)
        }
        migrator.registerMigration("whose a worker's name is") { database in
            try database.execute(sql: workerKeys)
        }
        migrator.registerMigration("which images are right") { database in
            try database.execute(sql: imageOutcomes)
        }
        migrator.registerMigration("who is believed") { database in
            try database.execute(sql: belief)
        }
        return migrator
    }

    /// A metric has type ANY because REAL columns turn -0 into 0, and a repeated execution is compared bit by bit.
    /// NaN is stored as NULL, so NOT NULL refuses it; the bound refuses infinities.
    ///
    /// Instants are milliseconds since 1970. Blobs are described in `RecordCoding.swift`; NULL where nothing was
    /// captured.
    private static let recordColumns = """
        train_loss ANY NOT NULL CHECK (typeof(train_loss) = 'real' AND abs(train_loss) < 9e999),
        val_loss ANY NOT NULL CHECK (typeof(val_loss) = 'real' AND abs(val_loss) < 9e999),
        train_acc ANY NOT NULL CHECK (typeof(train_acc) = 'real' AND abs(train_acc) < 9e999),
        val_acc ANY NOT NULL CHECK (typeof(val_acc) = 'real' AND abs(val_acc) < 9e999),
        gradient_norms BLOB,
        layer_gradients BLOB,
        """

    private static let hostColumns = """
        host TEXT NOT NULL,
        processor TEXT NOT NULL,
        cores INTEGER NOT NULL,
        kernels TEXT NOT NULL,
        build TEXT NOT NULL,
        """

    /// Empty, or 0, for workers that said nothing of it.
    private static let hostBounds = """
        ALTER TABLE workers ADD COLUMN cores_bound TEXT NOT NULL DEFAULT '';
        ALTER TABLE workers ADD COLUMN memory_bytes INTEGER NOT NULL DEFAULT 0;
        ALTER TABLE workers ADD COLUMN memory_bound TEXT NOT NULL DEFAULT '';
        """

    /// A name belongs to the key that spoke first under it, for ever. An attempt keeps the key of its time; NULL where
    /// an older version stored it.
    private static let workerKeys = """
        CREATE TABLE worker_keys (
            worker TEXT PRIMARY KEY,
            key TEXT NOT NULL,
            since INTEGER NOT NULL
        ) STRICT, WITHOUT ROWID;

        ALTER TABLE attempts ADD COLUMN key TEXT;
        """

    /// Of a task's last record, apart from it: whoever reads the metrics of a hundred thousand tasks reads none of it.
    /// Image i is bit i mod 8 of byte i / 8 of `bits`. None where an earlier version trained the task.
    private static let imageOutcomes = """
        CREATE TABLE outcomes (
            task INTEGER PRIMARY KEY,
            epoch INTEGER NOT NULL,
            images INTEGER NOT NULL CHECK (images > 0),
            bits BLOB NOT NULL,
            FOREIGN KEY (task, epoch) REFERENCES records (task, epoch) ON DELETE CASCADE
        ) STRICT;

        CREATE TABLE differing_outcomes (
            task INTEGER NOT NULL,
            epoch INTEGER NOT NULL,
            attempt INTEGER NOT NULL,
            images INTEGER NOT NULL CHECK (images > 0),
            bits BLOB NOT NULL,
            PRIMARY KEY (task, epoch, attempt),
            FOREIGN KEY (task, epoch, attempt) REFERENCES disagreements (task, epoch, attempt) ON DELETE CASCADE
        ) STRICT;
        """

    /// Second executions and what follows from them. An attempt with `audit` began when every record was stored, and is
    /// told apart by it where the records are another one's since; the others are so by their number. What replaced a
    /// record is in the records, what was replaced among the disagreements, and its digest, when and why here.
    private static let belief = """
        ALTER TABLE attempts ADD COLUMN audit INTEGER NOT NULL DEFAULT 0;
        ALTER TABLE attempts ADD COLUMN resumed_after INTEGER;
        ALTER TABLE attempts ADD COLUMN resumed_from INTEGER;
        ALTER TABLE attempts ADD COLUMN checkpoint_blamed INTEGER NOT NULL DEFAULT 0;
        ALTER TABLE attempts ADD COLUMN excused INTEGER NOT NULL DEFAULT 0;

        CREATE TABLE confirmations (
            task INTEGER NOT NULL,
            epoch INTEGER NOT NULL,
            attempt INTEGER NOT NULL,
            PRIMARY KEY (task, epoch, attempt),
            FOREIGN KEY (task, epoch) REFERENCES records (task, epoch),
            FOREIGN KEY (task, attempt) REFERENCES attempts (task, attempt)
        ) STRICT, WITHOUT ROWID;

        CREATE TABLE replacements (
            id INTEGER PRIMARY KEY,
            task INTEGER NOT NULL,
            epoch INTEGER NOT NULL,
            attempt INTEGER NOT NULL,
            digest TEXT NOT NULL,
            by_attempt INTEGER NOT NULL,
            at INTEGER NOT NULL,
            reason TEXT NOT NULL,
            FOREIGN KEY (task, attempt) REFERENCES attempts (task, attempt),
            FOREIGN KEY (task, by_attempt) REFERENCES attempts (task, attempt)
        ) STRICT;

        CREATE TABLE checkpoints (
            task INTEGER PRIMARY KEY,
            epoch INTEGER NOT NULL,
            digest TEXT NOT NULL,
            attempt INTEGER NOT NULL,
            FOREIGN KEY (task, attempt) REFERENCES attempts (task, attempt)
        ) STRICT;

        CREATE TABLE key_judgements (
            id INTEGER PRIMARY KEY,
            key TEXT NOT NULL,
            verdict TEXT NOT NULL,
            task INTEGER REFERENCES tasks (ordinal),
            at INTEGER NOT NULL,
            reason TEXT NOT NULL
        ) STRICT;
        """

    private static let version1 = """
        CREATE TABLE sweep (
            id INTEGER PRIMARY KEY CHECK (id = 1),
            name TEXT NOT NULL,
            data TEXT NOT NULL,
            data_digest TEXT NOT NULL,
            text TEXT NOT NULL
        ) STRICT;

        CREATE TABLE tasks (
            ordinal INTEGER PRIMARY KEY,
            id TEXT NOT NULL UNIQUE,
            parameters TEXT NOT NULL,
            failure TEXT
        ) STRICT;

        CREATE TABLE attempts (
            task INTEGER NOT NULL REFERENCES tasks (ordinal),
            attempt INTEGER NOT NULL CHECK (attempt > 0),
            worker TEXT NOT NULL,
            \(hostColumns)
            started INTEGER NOT NULL,
            ended INTEGER,
            seconds REAL,
            outcome TEXT,
            reason TEXT,
            PRIMARY KEY (task, attempt),
            CHECK ((ended IS NULL) = (outcome IS NULL))
        ) STRICT, WITHOUT ROWID;

        CREATE TABLE records (
            task INTEGER NOT NULL,
            epoch INTEGER NOT NULL CHECK (epoch > 0),
            attempt INTEGER NOT NULL,
            \(recordColumns)
            PRIMARY KEY (task, epoch),
            FOREIGN KEY (task, attempt) REFERENCES attempts (task, attempt)
        ) STRICT;

        CREATE TABLE disagreements (
            task INTEGER NOT NULL,
            epoch INTEGER NOT NULL,
            attempt INTEGER NOT NULL,
            at INTEGER NOT NULL,
            \(recordColumns)
            PRIMARY KEY (task, epoch, attempt),
            FOREIGN KEY (task, epoch) REFERENCES records (task, epoch),
            FOREIGN KEY (task, attempt) REFERENCES attempts (task, attempt)
        ) STRICT;

        CREATE TABLE workers (
            id TEXT PRIMARY KEY,
            \(hostColumns)
            slots INTEGER NOT NULL,
            first_seen INTEGER NOT NULL,
            last_seen INTEGER NOT NULL
        ) STRICT, WITHOUT ROWID;

        CREATE TABLE settings (
            key TEXT PRIMARY KEY,
            value TEXT NOT NULL
        ) STRICT, WITHOUT ROWID;
        """
}

// MARK: - Whose database it is

extension Schema {
    /// Refuses a database of another program or of a newer version, before anything is written to it.
    static func check(_ database: Database, migrator: DatabaseMigrator, path: String) throws {
        let isEmpty = try Int.fetchOne(database, sql: "SELECT count(*) FROM sqlite_schema") == 0
        if isEmpty { return }
        guard try Int.fetchOne(database, sql: "PRAGMA application_id") == applicationID else {
            // The migrator makes its own table first: a crash right after that leaves it alone, without our mark.
            let tables = try String.fetchAll(database, sql: "SELECT name FROM sqlite_schema WHERE type = 'table'")
            if tables == ["grdb_migrations"] { return }
            let message = "this is a database of another program; choose another directory"
            throw JournalError(.notAJournal, path: path, message)
        }
        if try migrator.hasBeenSuperseded(database) {
            let message = "a newer version of sweep wrote this journal; use that version"
            throw JournalError(.newerSchema, path: path, message)
        }
    }
}
