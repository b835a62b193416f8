import Experiment
import GRDB

extension Journal {
    /// Stores `plan` as a whole, or makes sure that it is the one that is stored.
    func adopt(_ plan: StoredPlan) throws(JournalError) {
        try translating(directory.journalFile) {
            try queue.inTransaction(.immediate) { database in
                if let stored = try JournalSnapshot(database: database).storedPlan() {
                    try refuse(stored, unlikeWanted: plan)
                    try database.execute(
                        sql: "UPDATE sweep SET text = ? WHERE text <> ?", arguments: [plan.text, plan.text])
                } else {
                    try directory.refuseForeignFiles()
                    try insert(plan, into: database)
                }
                return .commit
            }
        }
        try loadOrdinals()
    }

    private func refuse(_ stored: StoredPlan, unlikeWanted plan: StoredPlan) throws(JournalError) {
        guard let difference = stored.difference(to: plan) else { return }
        let message = "another sweep is in this directory: \(difference); choose another one with --out"
        throw JournalError(.anotherSweep, path: directory.path, message)
    }

    private func insert(_ plan: StoredPlan, into database: Database) throws {
        try database.execute(
            sql: "INSERT INTO sweep (id, name, data, data_digest, text) VALUES (1, ?, ?, ?, ?)",
            arguments: [plan.name, plan.data.rawValue, plan.dataDigest.rawValue, plan.text])
        let insertion = try database.makeStatement(sql: "INSERT INTO tasks (ordinal, id, parameters) VALUES (?, ?, ?)")
        for (ordinal, task) in plan.tasks.enumerated() {
            try insertion.execute(arguments: [ordinal, task.id.rawValue, task.parameters.canonicalText])
        }
    }
}
