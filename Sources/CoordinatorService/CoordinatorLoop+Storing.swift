import Experiment
import Foundation
import Glibc
import Journal
import Scheduling

// The stages of a turn that need the journal.

extension CoordinatorLoop {
    /// Stores facts of a turn, for as long as it takes.
    func commit(_ facts: [StoredFact]) throws {
        guard !facts.isEmpty else { return }
        let date = Date()
        let changes = facts.map { JournalChange($0, at: date) }
        let commit = PatientCommit(
            isStopping: { self.parts.stopFlag.isRaised }, tell: { self.reportTrouble($0) }, pause: { usleep(500_000) }
        )
        try commit.run { () throws(JournalError) in try parts.journal.commit(changes) }
        reports.reportChange()
    }

    private func reportTrouble(_ trouble: PatientCommit.Trouble) {
        switch trouble {
        case .began(let reason):
            parts.log.error("the journal cannot be written", metadata: ["why": "\(reason)"])
            parts.observer.tell(.storageFailed(reason))
        case .ended: parts.observer.tell(.storageWorksAgain)
        }
    }

    func storedRecord(_ comparison: RecordComparison) throws(JournalError) -> EpochRecord? {
        try parts.journal.reader.record(of: comparison.attempt.task, epoch: comparison.record.epoch)
    }
}
