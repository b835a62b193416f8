import Notices
import Status

/// Several who watch a sweep.
struct ObserverGroup: SweepObserver {
    let observers: [any SweepObserver]

    func show(_ snapshot: SweepSnapshot) { observers.forEach { $0.show(snapshot) } }

    func tell(_ notice: SweepNotice) { observers.forEach { $0.tell(notice) } }
}
