import Experiment

/// The version of the protocol between agents and trainers that this build speaks.
public enum TrainerVersion {
    public static let current: UInt32 = 1
}

/// The exit codes of a trainer that say something to its agent.
public enum TrainerExit {
    /// It did not understand its options, or its first order, which is of another version.
    public static let notUnderstood: Int32 = 2
}

/// What an agent says to a trainer process, over the trainer's standard input.
public enum TrainerOrder: Sendable, Equatable {
    /// The first one: train this task. From a state, the pieces of which follow, or from the first epoch.
    case start(AttemptKey, SweepTask, from: CheckpointLabel? = nil)
    case statePiece(AttemptKey, CheckpointPiece)
    /// End soon.
    case stop
}

/// What a trainer process says to its agent, over its standard output.
public enum TrainerReport: Sendable, Equatable {
    case record(AttemptKey, EpochRecord)
    /// A piece of the state after the last epoch that was reported.
    case statePiece(AttemptKey, CheckpointPiece)
    /// The last one.
    case ended(AttemptKey, AttemptEnd)
}

extension TrainerOrder {
    public func encoded() -> [UInt8] {
        var message = PBToTrainer()
        message.version = TrainerVersion.current
        switch self {
        case .start(let key, let task, let label):
            message.start = PBAssignment(key, task)
            if let label { message.start.resumeFrom = PBCheckpointLabel(label) }
        case .statePiece(let key, let piece): message.statePiece = PBCheckpointPiece(key, piece)
        case .stop: message.stop = PBStopTraining()
        }
        return serialized(message)
    }

    /// - Throws: `WireError` where the bytes are no order of this version.
    public init(decoding bytes: [UInt8]) throws(WireError) {
        let message: PBToTrainer = try parse(bytes, within: .toTrainer)
        try checkTrainerVersion(message.version, of: "agent")
        switch message.body {
        case .start(let start):
            let label = start.hasResumeFrom ? try start.resumeFrom.checked() : nil
            self = .start(try start.attempt.checked(), try start.checked(), from: label)
        case .statePiece(let piece): self = .statePiece(try piece.attempt.checked(), try piece.checked())
        case .stop: self = .stop
        case nil: throw WireError(.malformed, "no known body")
        }
    }
}

extension TrainerReport {
    public func encoded() -> [UInt8] {
        var message = PBFromTrainer()
        message.version = TrainerVersion.current
        switch self {
        case .record(let key, let record): message.record = PBRecord(key, record)
        case .statePiece(let key, let piece): message.statePiece = PBCheckpointPiece(key, piece)
        case .ended(let key, let end): message.ended = PBEnded(key, end)
        }
        return serialized(message)
    }

    /// - Throws: `WireError` where the bytes are no report of this version.
    public init(decoding bytes: [UInt8]) throws(WireError) {
        let message: PBFromTrainer = try parse(bytes, within: .fromTrainer)
        try checkTrainerVersion(message.version, of: "trainer")
        switch message.body {
        case .record(let record): self = .record(try record.attempt.checked(), try record.checked())
        case .statePiece(let piece): self = .statePiece(try piece.attempt.checked(), try piece.checked())
        case .ended(let ended): self = .ended(try ended.attempt.checked(), try ended.checked())
        case nil: throw WireError(.malformed, "no known body")
        }
    }
}

private func checkTrainerVersion(_ version: UInt32, of peer: String) throws(WireError) {
    guard version == TrainerVersion.current else {
        throw WireError(
            .version,
            "the \(peer) speaks version \(version) of the trainers' protocol, this build speaks "
                + "\(TrainerVersion.current)")
    }
}
