import Experiment
import SwiftProtobuf

/// The fields of an attempt's end. The network and a trainer's pipe have messages of their own, which say it alike but
/// for the outcomes: a trainer does not know them all.
protocol EndFields: SwiftProtobuf.Message {
    associatedtype Outcome: OutcomeField
    var outcome: Outcome { get set }
    var reason: String { get set }
    var seconds: Double { get set }
}

protocol OutcomeField {
    init(_ outcome: AttemptOutcome)

    /// `nil` for one of a later version.
    var value: AttemptOutcome? { get }
}

extension PBEnded: EndFields {
    init(_ key: AttemptKey, _ end: AttemptEnd) {
        self.init(end)
        attempt = PBAttemptName(key)
    }
}

extension PBTrainerEnd: EndFields {}

extension EndFields {
    init(_ end: AttemptEnd) {
        self.init()
        outcome = Outcome(end.outcome)
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

extension PBOutcome: OutcomeField {
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

extension PBTrainerOutcome: OutcomeField {
    init(_ outcome: AttemptOutcome) {
        switch outcome {
        case .completed: self = .completed
        case .error: self = .error
        case .outOfMemory: self = .outOfMemory
        case .cancelled: self = .stopped
        case .diverged: self = .diverged
        case .unfit: self = .unfit
        case .killed, .workerLost, .preempted: preconditionFailure("no trainer says of itself that it was \(outcome)")
        }
    }

    var value: AttemptOutcome? {
        switch self {
        case .completed: .completed
        case .error: .error
        case .outOfMemory: .outOfMemory
        case .stopped: .cancelled
        case .diverged: .diverged
        case .unfit: .unfit
        case .unspecified, .UNRECOGNIZED: nil
        }
    }
}
