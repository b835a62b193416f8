import GRDB

extension JournalReader {
    /// One word that the coordinator left for other commands; `nil` where it did not.
    ///
    /// - Throws: a `JournalError` where the journal fails.
    public func setting(_ setting: Setting) throws -> String? {
        try read { snapshot in
            try String.fetchOne(
                snapshot.database, sql: "SELECT value FROM settings WHERE key = ?", arguments: [setting.rawValue])
        }
    }
}
