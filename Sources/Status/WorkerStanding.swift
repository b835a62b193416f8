/// The standing of a worker with its coordinator.
public enum WorkerStanding: String, Sendable, Hashable {
    /// Known from the journal; has not spoken to this coordinator yet.
    case expected
    case live
    /// Said goodbye: finishes what it has, hands the states over, gets nothing new.
    case leaving
    /// Gets nothing new: it failed different tasks in a row or cannot train at all, and finishes what it has; or its
    /// key is believed no more, and what it has is taken back.
    case quarantined
    /// Not heard of for a lease. Comes back by a hello or a heartbeat.
    case lost

    /// Whether a worker of this standing is given tasks when it has room.
    public func takesTasks(isDrained: Bool) -> Bool { self == .live && !isDrained }
}
