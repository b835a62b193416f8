extension WorkerSession {
    /// Traps with the first invariant that does not hold. Tests and the simulator call it after each event.
    public func checkInvariants() {
        if let broken = firstBrokenInvariant() { preconditionFailure(broken) }
    }

    /// The same as a value, for a test that has more to say.
    package func firstBrokenInvariant() -> String? {
        guard Set(order) == Set(attempts.keys), order.count == attempts.count else {
            return "order and attempts differ"
        }
        for case (let slot, let key?) in occupants.enumerated() where attempts[key]?.stage.slot != slot {
            return "slot \(slot) is held by \(key), which is elsewhere"
        }
        for (key, state) in attempts {
            if let slot = state.stage.slot, occupants[slot] != key { return "\(key) holds no slot" }
            if state.stage == .waiting, occupants.contains(nil) { return "\(key) waits beside a free slot" }
            if state.endSentBefore != nil, !state.unacknowledged.isEmpty {
                return "\(key) ended before its last record"
            }
            if case .fetching = state.stage, state.fetch == nil { return "\(key) fetches nothing" }
            if isLeaving, state.stage.isBusy { return "\(key) is busy on a worker that leaves" }
        }
        if link == .up, askedPiece == nil, attempts.values.contains(where: \.stage.isFetching) {
            return "a checkpoint that nobody asks for"
        }
        return nil
    }
}
