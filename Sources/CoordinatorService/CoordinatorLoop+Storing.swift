import Experiment
import Foundation
import Glibc
import Journal
import Scheduling

// The stages of a turn that need the journal.

/// The sweep was to stop while a turn could not be stored.
struct InterruptedTurn: Error {
    let fault: JournalError
}

extension CoordinatorLoop {
    /// Stores facts of a turn. A fault of the disk holds the turn until it is mended: nothing is dispatched or
    /// acknowledged.
    func commit(_ facts: [StoredFact]) throws {
        guard !facts.isEmpty else { return }
        let date = Date()
        let changes = facts.map { JournalChange($0, at: date) }
        var hasFailed = false
        while let fault = attempt(changes) {
            guard fault.mayPass else { throw fault }
            // What was not stored was not acknowledged either.
            guard !parts.stopFlag.isRaised else { throw InterruptedTurn(fault: fault) }
            if !hasFailed {
                parts.log.error("the journal cannot be written", metadata: ["why": "\(fault)"])
                parts.observer.tell(.storageFailed(fault.description))
            }
            hasFailed = true
            usleep(500_000)
        }
        if hasFailed { parts.observer.tell(.storageWorksAgain) }
        reports.reportChange()
    }

    private func attempt(_ changes: [JournalChange]) -> JournalError? {
        do {
            try parts.journal.commit(changes)
            return nil
        } catch {
            return error
        }
    }

    func storedRecord(_ comparison: RecordComparison) throws(JournalError) -> EpochRecord? {
        try parts.journal.reader.record(of: comparison.attempt.task, epoch: comparison.record.epoch)
    }
}
