import Notices
import Status
import Synchronization

/// Passes on what an observer is told, except for a fault that was told a while ago and may still last. The log has
/// every failure.
///
/// Tables are tried again every few seconds, each with words of its own, until they work again; one line says all of
/// it. A checkpoint that is not saved is followed by others, of which nobody says that they were saved; one line says
/// it for each reason. A fault of the journal is always told: the sweep waits for as long as it lasts.
package final class RepeatedFaults: SweepObserver {
    private let observer: any SweepObserver
    private let clock: @Sendable () -> ContinuousClock.Instant
    private enum Fault: Hashable {
        case tables
        case checkpoints(reason: String)
    }

    /// When each fault was told last. A fault of the tables is forgotten when they can be written.
    private let toldAt = Mutex<[Fault: ContinuousClock.Instant]>([:])

    /// A fault that lasts for longer is told again.
    package static let pause = Duration.seconds(600)

    package init(_ observer: any SweepObserver, clock: @escaping @Sendable () -> ContinuousClock.Instant = { .now }) {
        self.observer = observer
        self.clock = clock
    }

    package func tell(_ notice: SweepNotice) {
        switch notice {
        case .tablesFailed where !isDue(.tables): return
        case .checkpointsFailed(let reason) where !isDue(.checkpoints(reason: reason)): return
        case .tablesWorkAgain: toldAt.withLock { $0[.tables] = nil }
        default: break
        }
        observer.tell(notice)
    }

    package func show(_ snapshot: SweepSnapshot) { observer.show(snapshot) }

    private func isDue(_ fault: Fault) -> Bool {
        let now = clock()
        return toldAt.withLock { toldAt in
            if let last = toldAt[fault], now - last < Self.pause { return false }
            toldAt[fault] = now
            return true
        }
    }
}
