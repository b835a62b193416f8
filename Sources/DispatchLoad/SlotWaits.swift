import Scheduling

/// How long the slots of a worker wait for their next tasks.
///
/// Slots are alike, so the next task goes to the slot that has waited for the longest time, whatever its number: else a
/// slot of a high number would seem to wait while one of a low number does all the work.
struct SlotWaits: Sendable {
    /// Slots that have had no task yet, whose wait says nothing: there was no coordinator.
    private var unused: Int
    /// When the waiting slots became free, the oldest first, from `next` on.
    private var freeSince: [Instant] = []
    private var next = 0
    /// Tasks that were there before a slot was free: the slots that become free next have waited for nothing.
    private var early = 0

    init(slots: Int) {
        unused = slots
    }

    mutating func becomeFree(at now: Instant) {
        if early > 0 {
            early -= 1
        } else {
            freeSince.append(now)
        }
    }

    /// A slot has a task.
    ///
    /// - Returns: how long it waited; `nil` for its first one.
    mutating func take(at now: Instant) -> Duration? {
        if unused > 0 {
            unused -= 1
            return nil
        }
        guard next < freeSince.count else {
            early += 1
            return .zero
        }
        defer { dropTaken() }
        next += 1
        return now - freeSince[next - 1]
    }

    /// Now and then, so that a task costs the same however many slots there are.
    private mutating func dropTaken() {
        guard next >= 64, 2 * next >= freeSince.count else { return }
        freeSince.removeFirst(next)
        next = 0
    }
}
