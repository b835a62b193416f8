import Experiment

extension PBEnded {
    init(_ key: AttemptKey, _ end: AttemptEnd) {
        self.init()
        attempt = PBAttemptName(key)
        outcome = PBOutcome(end.outcome)
        reason = boundedText(end.reason)
        seconds = end.seconds
    }

    func checked() throws(WireError) -> AttemptEnd {
        guard let outcome = outcome.value else { throw WireError(.malformed, "outcome: unknown") }
        guard seconds.isFinite, seconds >= 0 else {
            throw WireError(.malformed, "seconds: \(seconds) is not a duration")
        }
        return AttemptEnd(outcome: outcome, reason: try checkedText(reason, named: "reason"), seconds: seconds)
    }
}

extension PBOutcome {
    init(_ outcome: AttemptOutcome) {
        switch outcome {
        case .completed: self = .completed
        case .error: self = .error
        case .outOfMemory: self = .outOfMemory
        case .killed: self = .killed
        case .workerLost: self = .workerLost
        case .cancelled: self = .cancelled
        case .diverged: self = .diverged
        case .preempted: self = .preempted
        case .unfit: self = .unfit
        }
    }

    var value: AttemptOutcome? {
        AttemptOutcome.allCases.first { PBOutcome($0) == self }
    }
}
