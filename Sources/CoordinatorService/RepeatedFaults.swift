import Notices
import Status
import Synchronization

/// Passes on what an observer is told, except for a fault of the tables that was told lately: they are tried again
/// every few seconds, and one line says it. The log has every failure.
///
/// A fault of the journal is always told: the sweep waits for as long as it lasts.
package final class RepeatedFaults: SweepObserver {
    private let observer: any SweepObserver
    private let clock: @Sendable () -> ContinuousClock.Instant
    private let toldAt = Mutex<[String: ContinuousClock.Instant]>([:])

    package static let pause = Duration.seconds(600)

    package init(_ observer: any SweepObserver, clock: @escaping @Sendable () -> ContinuousClock.Instant = { .now }) {
        self.observer = observer
        self.clock = clock
    }

    package func tell(_ notice: SweepNotice) {
        if case .tablesFailed(let reason) = notice, !isNew(reason) { return }
        observer.tell(notice)
    }

    package func show(_ snapshot: SweepSnapshot) { observer.show(snapshot) }

    private func isNew(_ reason: String) -> Bool {
        let now = clock()
        return toldAt.withLock { toldAt in
            toldAt = toldAt.filter { now - $0.value < Self.pause }
            guard toldAt[reason] == nil else { return false }
            toldAt[reason] = now
            return true
        }
    }
}
