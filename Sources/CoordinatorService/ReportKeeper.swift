import ChildProcesses
import Glibc
import Journal
import Reporting
import Results
import Transport

/// Keeps the CSV files current, on a thread of its own with a connection of its own, so that large files never keep the
/// workers waiting.
///
/// The files are made from the journal alone: what they show is stored, and an export gives the same bytes.
package final class ReportKeeper: Sendable {
    private enum Request: Sendable {
        case changed
        case finish(Mailbox<Result<Void, any Error>>)
    }

    private let requests = Mailbox<Request>(capacity: 64)

    /// - Parameters:
    ///   - plan: with which the journal was opened.
    ///   - retryPause: after a fault, before the files are tried again.
    ///   - report: told each time that files cannot be written, on the thread that writes them; told `nil` when all of
    ///     them can be again.
    /// - Throws: where the journal cannot be read.
    package init(
        directory: RunDirectory, plan: StoredPlan, retryPause: Duration = .seconds(5),
        report: @escaping @Sendable ((any Error)?) -> Void
    ) throws(JournalError) {
        let reader = try JournalReader(of: directory)
        NamedThread.detach(named: "reports") { [requests] in
            var writer = ReportWriter(directory: directory.path)
            writer.removeLeftovers()
            var plan: StoredPlan? = plan
            var nextWrite: ContinuousClock.Instant?
            var retry: ContinuousClock.Instant?
            while true {
                for request in requests.take(until: nextWrite) {
                    switch request {
                    case .changed:
                        writer.reportChanged()
                        // A change does not mend a fault.
                        nextWrite = writer.nextDue.map { max($0, retry ?? $0) }
                    case .finish(let answer):
                        return answer.put(
                            Result { try reader.readReport(keeping: &plan) { try writer.writeAll($0) } })
                    }
                }
                // A report may be as long as the whole journal: it is read only when a file is to be written.
                guard let due = nextWrite, due <= .now else { continue }
                do {
                    try reader.readReport(keeping: &plan) { try writer.writeDue($0) }
                    nextWrite = writer.nextDue
                    // Some of the files that failed may still wait for their turn.
                    guard retry != nil, !writer.hasFailed else { continue }
                    retry = nil
                    report(nil)
                } catch {
                    report(error)
                    retry = .now + retryPause
                    nextWrite = retry
                }
            }
        }
    }

    /// Something was stored. Many such calls between two writes are one.
    package func reportChange() { _ = requests.offer(.changed) }

    /// Writes every file a last time and ends.
    ///
    /// - Parameters:
    ///   - patience: for so long nobody asks what is going on.
    ///   - onDelay: told once where that takes longer.
    ///   - isAbandoned: asked while it lasts; where it says so, nobody waits for the rest.
    /// - Throws: the first fault, after every file was tried.
    package func finish(
        patience: Duration = .seconds(2), onDelay: () -> Void, isAbandoned: () -> Bool
    ) throws {
        guard !isAbandoned() else { return }
        let answer = Mailbox<Result<Void, any Error>>(capacity: 1)
        requests.put(.finish(answer))
        let delayed = ContinuousClock.now + patience
        var hasTold = false
        while !isAbandoned() {
            if let result = answer.take(until: .now + .milliseconds(100)).first { return try result.get() }
            guard !hasTold, ContinuousClock.now >= delayed else { continue }
            hasTold = true
            onDelay()
        }
    }
}
