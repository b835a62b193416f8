import DurableFiles
import GRDB
import Glibc
import HostSystem

/// What stopped the journal or its run directory, in one line that names the place and the remedy.
public struct JournalError: Error, Sendable, CustomStringConvertible {
    /// Cases may be added; a `switch` over them needs a `default`.
    public struct Code: Sendable, Hashable, CustomStringConvertible {
        public let description: String

        /// No room on the device or in the quota. What was stored is safe; the same commit works once there is room.
        public static let diskFull = Code(description: "disk-full")
        /// The file system or the directory does not let this process write.
        public static let readOnly = Code(description: "read-only")
        /// The device failed a read, a write or a flush.
        public static let ioError = Code(description: "io-error")
        /// The process or the host has no more descriptors to give, so that a file could not be opened.
        public static let tooManyOpenFiles = Code(description: "too-many-open-files")
        /// Another program (a shell, a backup) held the database for longer than the busy timeout.
        public static let locked = Code(description: "locked")
        /// Another coordinator holds the run directory.
        public static let inUse = Code(description: "in-use")
        /// The database is damaged, or holds what this program cannot read.
        public static let corrupt = Code(description: "corrupt")
        /// `state.sqlite` is a database of another program.
        public static let notAJournal = Code(description: "not-a-journal")
        /// Written by a newer version of the program.
        public static let newerSchema = Code(description: "newer-schema")
        /// The file was moved or deleted while the journal was open. What is written now, nobody would find.
        public static let gone = Code(description: "gone")
        /// The run directory belongs to another sweep; the message says what differs.
        public static let anotherSweep = Code(description: "another-sweep")
        /// There is no journal, or a crash came before its plan was stored.
        public static let noPlan = Code(description: "no-plan")
        /// The run directory's name is taken by something that is not a directory.
        public static let notADirectory = Code(description: "not-a-directory")
        /// No journal is there, but files that the sweep would overwrite.
        public static let foreignFiles = Code(description: "foreign-files")
        /// A record of a (task, epoch) that is committed already, with the same bits.
        public static let recordRepeated = Code(description: "record-repeated")
        /// A record of a (task, epoch) that is committed already, with other bits.
        public static let recordConflict = Code(description: "record-conflict")
        /// A change that contradicts what is stored: an unknown task, an attempt that is not open.
        public static let invalidChange = Code(description: "invalid-change")
        /// Anything else that SQLite reports.
        public static let other = Code(description: "other")
    }

    public let code: Code
    /// The file or directory at fault.
    public let path: String
    public let message: String
    /// SQLite's extended result code, where the fault came from there.
    public let sqliteCode: Int32?
    /// The `errno` of a system call, where the fault came from one.
    public let systemCode: Int32?

    public init(_ code: Code, path: String, _ message: String, sqliteCode: Int32? = nil, systemCode: Int32? = nil) {
        self.code = code
        self.path = path
        self.message = message
        self.sqliteCode = sqliteCode
        self.systemCode = systemCode
    }

    public var description: String { "\(path): \(message)" }

    /// The fault lies in the world and may go away: the caller keeps its changes, and commits them again later.
    public var mayPass: Bool { [.diskFull, .readOnly, .ioError, .tooManyOpenFiles, .locked].contains(code) }
}

// MARK: - From SQLite and the system

extension JournalError {
    /// Says which of the expected faults a SQLite error at `path` is.
    init(_ error: DatabaseError, path: String) {
        let (code, systemCode) = Self.judge(error, path: path)
        let detail = "\(error.message ?? "unknown error") (SQLite \(error.extendedResultCode.rawValue))"
        self.init(
            code, path: path, "\(Self.summary(of: code, systemCode)): \(detail)",
            sqliteCode: error.extendedResultCode.rawValue, systemCode: systemCode)
    }

    init(_ fault: FileFault) {
        let code = Self.code(of: fault.code)
        self.init(
            code, path: fault.path, "cannot \(fault.action): \(Self.summary(of: code, fault.code))",
            systemCode: fault.code)
    }

    private static func code(of systemCode: Int32) -> Code {
        switch systemCode {
        case ENOSPC, EDQUOT, EFBIG: .diskFull
        case EROFS, EACCES, EPERM: .readOnly
        case EMFILE, ENFILE: .tooManyOpenFiles
        case ENOTDIR: .notADirectory
        default: .ioError
        }
    }

    /// The fault, and the error number behind it, where there is one.
    private static func judge(_ error: DatabaseError, path: String) -> (Code, Int32?) {
        switch error.resultCode {
        case .SQLITE_FULL: (.diskFull, ENOSPC)
        case .SQLITE_READONLY, .SQLITE_PERM, .SQLITE_AUTH: (.readOnly, FileProbe(path).systemCode ?? EACCES)
        case .SQLITE_BUSY, .SQLITE_LOCKED, .SQLITE_PROTOCOL: (.locked, nil)
        case .SQLITE_CORRUPT, .SQLITE_FORMAT: (.corrupt, nil)
        case .SQLITE_NOTADB: (.notAJournal, nil)
        // SQLite names the step that failed, not the reason: the file system knows it.
        case .SQLITE_IOERR, .SQLITE_CANTOPEN:
            FileProbe(path).systemCode.map { (code(of: $0), $0) }
                ?? (.ioError, error.resultCode == .SQLITE_IOERR ? EIO : nil)
        case .SQLITE_CONSTRAINT: (.invalidChange, nil)
        default: (.other, nil)
        }
    }

    /// What is wrong and what to do.
    private static func summary(of code: Code, _ systemCode: Int32?) -> String {
        switch code {
        case .diskFull, .readOnly, .ioError, .tooManyOpenFiles:
            (systemCode.map(SystemReason.text) ?? "this cannot be opened") + ", what is stored is safe"
        case .locked: "another program holds the journal; end it"
        case .corrupt: "the journal is damaged; keep a copy and try `sqlite3 state.sqlite .recover`"
        case .notAJournal: "this is not a journal of sweep; choose another directory"
        case .notADirectory: "this is not a directory; choose another one"
        case .invalidChange: "the change contradicts what is stored"
        default: "the journal failed"
        }
    }
}

/// Turns the errors of SQLite and of files into `JournalError`.
func translating<Value>(_ path: String, _ body: () throws -> Value) throws(JournalError) -> Value {
    do {
        return try body()
    } catch let error as JournalError {
        throw error
    } catch let error as DatabaseError {
        throw JournalError(error, path: path)
    } catch let fault as FileFault {
        throw JournalError(fault)
    } catch {
        throw JournalError(.other, path: path, "the journal failed: \(error)")
    }
}
