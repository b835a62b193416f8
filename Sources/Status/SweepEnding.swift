/// How a coordinator ended.
public enum SweepEnding: String, Sendable, Hashable {
    /// Every task is done or failed.
    case finished
    /// As requested, with tasks left.
    case stopped
    /// Every worker is quarantined and no other can join.
    case stalled
}
