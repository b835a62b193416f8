import Experiment

/// The version of the protocol between agents and trainers that this build speaks.
public enum TrainerVersion {
    public static let current: UInt32 = 2
}

/// The exit codes of a trainer that say something to its agent.
public enum TrainerExit {
    /// It did not understand an order. An earlier version answers so to a command line of this one, too.
    public static let notUnderstood: Int32 = 2
}

/// What a trainer is told besides its task: where it runs, and how often it hands its state over.
public struct TrainerConditions: Sendable, Equatable {
    /// The agent's process, with which the trainer ends.
    public var agent: Int32
    /// `--data`; `nil` for the cache.
    public var dataDirectory: String?
    /// The logical processors to stay on; empty for any.
    public var processors: [Int]
    /// The state is handed over after an epoch when that was last done longer ago. In whole milliseconds.
    public var checkpointPause: Duration

    public init(agent: Int32, dataDirectory: String?, processors: [Int], checkpointPause: Duration) {
        self.agent = agent
        self.dataDirectory = dataDirectory
        self.processors = processors
        self.checkpointPause = checkpointPause
    }
}

/// What an agent says to a trainer process, over the trainer's standard input. A trainer has one attempt, so nothing
/// says which.
public enum TrainerOrder: Sendable, Equatable {
    /// The first one: train this task. From a state, the pieces of which follow, or from the first epoch.
    case start(SweepTask, TrainerConditions, from: CheckpointLabel? = nil)
    case statePiece(CheckpointPiece)
    /// End soon.
    case stop
}

/// What a trainer process says to its agent, over its standard output.
public enum TrainerReport: Sendable, Equatable {
    case record(EpochRecord)
    /// A piece of the state after the last epoch that was reported.
    case statePiece(CheckpointPiece)
    /// The last one. That it was killed, lost or preempted no trainer says.
    case ended(AttemptEnd)
}

extension TrainerOrder {
    public func encoded() -> [UInt8] {
        var message = PBTrainerOrder()
        message.version = TrainerVersion.current
        switch self {
        case .start(let task, let conditions, let label):
            message.start = PBTrainerStart(conditions)
            message.start.task = PBTrainerTask(task)
            if let label { message.start.resumeFrom = PBTrainerStateLabel(label) }
        case .statePiece(let piece): message.statePiece = PBTrainerStatePiece(piece)
        case .stop: message.stop = PBTrainerStop()
        }
        return serialized(message)
    }

    /// - Throws: `WireError` where the bytes are no order of this version.
    public init(decoding bytes: [UInt8]) throws(WireError) {
        try checkTrainerVersion(of: bytes, from: "agent")
        let message: PBTrainerOrder = try parse(bytes, within: .trainerOrder)
        switch message.body {
        case .start(let start):
            let label = start.hasResumeFrom ? try start.resumeFrom.checked() : nil
            self = .start(try start.task.checkedTask(), try start.checkedConditions(), from: label)
        case .statePiece(let piece): self = .statePiece(try piece.checked())
        case .stop: self = .stop
        case nil: throw WireError(.malformed, "no known body")
        }
    }
}

extension TrainerReport {
    public func encoded() -> [UInt8] {
        var message = PBTrainerReport()
        message.version = TrainerVersion.current
        switch self {
        case .record(let record): message.record = PBTrainerRecord(record)
        case .statePiece(let piece): message.statePiece = PBTrainerStatePiece(piece)
        case .ended(let end): message.ended = PBTrainerEnd(end)
        }
        return serialized(message)
    }

    /// - Throws: `WireError` where the bytes are no report of this version.
    public init(decoding bytes: [UInt8]) throws(WireError) {
        try checkTrainerVersion(of: bytes, from: "trainer")
        let message: PBTrainerReport = try parse(bytes, within: .trainerReport)
        switch message.body {
        case .record(let record): self = .record(try record.checked())
        case .statePiece(let piece): self = .statePiece(try piece.checked())
        case .ended(let ended): self = .ended(try ended.checked())
        case nil: throw WireError(.malformed, "no known body")
        }
    }
}

extension PBTrainerStart {
    fileprivate init(_ conditions: TrainerConditions) {
        self.init()
        agent = UInt32(conditions.agent)
        if let directory = conditions.dataDirectory { dataDirectory = directory }
        processors = conditions.processors.map { UInt32($0) }
        checkpointPauseMilliseconds = UInt32(conditions.checkpointPause.wholeMilliseconds)
    }

    fileprivate func checkedConditions() throws(WireError) -> TrainerConditions {
        guard let agent = Int32(exactly: agent), agent > 0 else {
            throw WireError(.malformed, "agent: \(agent) is no process")
        }
        guard processors.allSatisfy({ $0 < Limits.cores }) else {
            throw WireError(.malformed, "processors: not all below \(Limits.cores)")
        }
        guard Limits.checkpointMilliseconds.contains(Int(checkpointPauseMilliseconds)) else {
            throw WireError(.malformed, "checkpoint_pause_milliseconds: \(checkpointPauseMilliseconds) is out of range")
        }
        return TrainerConditions(
            agent: agent, dataDirectory: hasDataDirectory ? dataDirectory : nil, processors: processors.map { Int($0) },
            checkpointPause: .milliseconds(Int(checkpointPauseMilliseconds)))
    }
}

/// Field 1 is the version in every version. It is read first, since another one may have changed all that follows.
private func checkTrainerVersion(of bytes: [UInt8], from peer: String) throws(WireError) {
    var version: UInt64 = 0
    var fields = FieldCursor(bytes)
    while let field = try fields.next(of: "the trainers' protocol") {
        if field.number == 1, let value = field.value { version = value }
    }
    guard version == TrainerVersion.current else {
        throw WireError(
            .version,
            "the \(peer) speaks version \(version) of the trainers' protocol, this build speaks "
                + "\(TrainerVersion.current)")
    }
}
