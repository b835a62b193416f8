/// How fast a worker is, from when its last records came in.
struct WorkerPace {
    private static let limit = 32

    /// When it was given its first task, or one of the records before those that follow; then its last records.
    private var instants: [Instant]

    init(from start: Instant) {
        instants = [start]
    }

    mutating func record(at now: Instant) {
        instants.append(now)
        if instants.count > Self.limit { instants.removeFirst() }
    }

    /// Epochs a second. It falls while nothing comes; `nil` before the first record.
    func rate(at now: Instant) -> Double? {
        let seconds = (now - instants[0]) / .seconds(1)
        guard instants.count > 1, seconds > 0 else { return nil }
        return Double(instants.count - 1) / seconds
    }
}
