import Notices
import Status
import Synchronization

/// Passes on what an observer is told, except for a fault of the tables while one lasts that was told: they are tried
/// again every few seconds, each with words of its own, and one line says it. The log has every failure.
///
/// A fault of the journal is always told: the sweep waits for as long as it lasts.
package final class RepeatedFaults: SweepObserver {
    private let observer: any SweepObserver
    private let clock: @Sendable () -> ContinuousClock.Instant
    /// When a fault of the tables was told; `nil` while they can be written.
    private let toldAt = Mutex<ContinuousClock.Instant?>(nil)

    /// A fault that lasts for longer is told again.
    package static let pause = Duration.seconds(600)

    package init(_ observer: any SweepObserver, clock: @escaping @Sendable () -> ContinuousClock.Instant = { .now }) {
        self.observer = observer
        self.clock = clock
    }

    package func tell(_ notice: SweepNotice) {
        switch notice {
        case .tablesFailed where !isDue(): return
        case .tablesWorkAgain: toldAt.withLock { $0 = nil }
        default: break
        }
        observer.tell(notice)
    }

    package func show(_ snapshot: SweepSnapshot) { observer.show(snapshot) }

    private func isDue() -> Bool {
        let now = clock()
        return toldAt.withLock { toldAt in
            if let last = toldAt, now - last < Self.pause { return false }
            toldAt = now
            return true
        }
    }
}
