extension CoordinatorCore {
    /// Traps with the first invariant that does not hold. Tests and the simulator call it after each event.
    public func checkInvariants() {
        if let broken = firstBrokenInvariant() { preconditionFailure(broken) }
    }

    /// The same as a value, for a test that has more to say.
    package func firstBrokenInvariant() -> String? {
        board.firstBrokenInvariant() ?? draft.firstBrokenInvariant()
    }
}

extension CoordinatorCore {
    /// Whether everything that the board has decided is in turns that were ended.
    package var isBetweenTurns: Bool { draft.actions.isEmpty && draft.facts.isEmpty }
}

extension TurnDraft {
    /// A turn answers each of its requests once: no request is kept for a later turn.
    fileprivate func firstBrokenInvariant() -> String? {
        for (id, request) in requests {
            let answerCount = actions.count {
                guard case .sendAnswer(id, _) = $0 else { return false }
                return true
            }
            if answerCount != 1 { return "\(request) has \(answerCount) answers" }
        }
        return nil
    }
}
