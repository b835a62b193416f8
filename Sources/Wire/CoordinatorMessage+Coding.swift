import Experiment
import Messages

extension CoordinatorMessage {
    public func encoded() -> [UInt8] {
        var message = PBFromCoordinator()
        message.version = ProtocolVersion.current
        switch self {
        case .welcome(let sweep, let heartbeat, let checkpointInterval):
            message.welcome = PBWelcome(sweep: sweep, heartbeat: heartbeat, checkpointInterval: checkpointInterval)
        case .whoAreYou:
            message.whoAreYou = PBWhoAreYou()
        case .assignment(let key, let task, let label):
            message.assignment = PBAssignment(key, task)
            if let label { message.assignment.resumeFrom = PBCheckpointLabel(label) }
        case .recordStored(let key, let epoch):
            message.recordStored.attempt = PBAttemptName(key)
            message.recordStored.epoch = UInt32(epoch)
        case .endStored(let key):
            message.endStored.attempt = PBAttemptName(key)
        case .stop(let key):
            message.stop.attempt = PBAttemptName(key)
        case .refusal(let reason):
            message.refusal.reason = boundedText(reason)
        case .nameTaken(let name):
            message.nameTaken.useInstead = name.rawValue
        case .farewell:
            message.farewell = PBFarewell()
        case .checkpointWanted(let key, let epoch, let offset):
            message.checkpointWanted.attempt = PBAttemptName(key)
            message.checkpointWanted.epoch = UInt32(epoch)
            message.checkpointWanted.offset = UInt64(offset)
        case .checkpointSettled(let key, let epoch):
            message.checkpointSettled.attempt = PBAttemptName(key)
            message.checkpointSettled.epoch = UInt32(epoch)
        case .checkpointPiece(let key, let piece):
            message.checkpointPiece = PBCheckpointPiece(key, piece)
        case .resumePoint(let key, let label):
            message.resumePoint.attempt = PBAttemptName(key)
            if let label { message.resumePoint.label = PBCheckpointLabel(label) }
        case .heartbeatHeard(let number):
            message.heartbeatHeard.number = UInt64(number)
        case .nextKey(let key, let presentEndsIn):
            message.nextKey.publicKey = key
            let limit = Limits.keyGraceMilliseconds.upperBound
            message.nextKey.presentEndsInMilliseconds = UInt64(max(0, min(presentEndsIn.wholeMilliseconds, limit)))
        }
        return serialized(message)
    }

    /// Reads a message of a peer that may be broken or hostile, as `WorkerEnvelope` does.
    ///
    /// - Throws: `WireError` where the bytes are no message, of another version, or a field is out of its range.
    public init(decoding bytes: [UInt8]) throws(WireError) {
        let message: PBFromCoordinator = try parse(bytes, within: .fromCoordinator)
        // A refusal is read whatever its version: it is how another version says that it is another version.
        if case .refusal(let refusal) = message.body {
            self = .refusal(reason: try checkedText(refusal.reason, named: "reason"))
            return
        }
        try checkVersion(message.version, of: "coordinator")
        switch message.body {
        case .welcome(let welcome): self = try welcome.checked()
        case .whoAreYou: self = .whoAreYou
        case .assignment(let assignment):
            let label = assignment.hasResumeFrom ? try assignment.resumeFrom.checked() : nil
            self = .assignment(try assignment.attempt.checked(), try assignment.checked(), from: label)
        case .recordStored(let stored):
            self = .recordStored(try stored.attempt.checked(), epoch: try checkedEpoch(stored.epoch))
        case .endStored(let stored): self = .endStored(try stored.attempt.checked())
        case .stop(let stop): self = .stop(try stop.attempt.checked())
        case .nameTaken(let taken):
            self = .nameTaken(useInstead: try checkedWorker(taken.useInstead, named: "use_instead"))
        case .farewell: self = .farewell
        case .checkpointWanted(let wanted):
            // One past the last byte, too.
            guard wanted.offset <= UInt64(Limits.checkpointBytes) else {
                throw WireError(.malformed, "offset: \(wanted.offset), over \(Limits.checkpointBytes)")
            }
            self = .checkpointWanted(
                try wanted.attempt.checked(), epoch: try checkedEpoch(wanted.epoch), offset: Int(wanted.offset))
        case .checkpointSettled(let settled):
            self = .checkpointSettled(try settled.attempt.checked(), epoch: try checkedEpoch(settled.epoch))
        case .checkpointPiece(let piece):
            self = .checkpointPiece(try piece.attempt.checked(), try piece.checked())
        case .resumePoint(let point):
            self = .resumePoint(try point.attempt.checked(), point.hasLabel ? try point.label.checked() : nil)
        case .heartbeatHeard(let heard):
            guard (1...UInt64(Int32.max)).contains(heard.number) else {
                throw WireError(.malformed, "number: \(heard.number) is out of range")
            }
            self = .heartbeatHeard(number: Int(heard.number))
        case .nextKey(let next):
            guard next.presentEndsInMilliseconds <= UInt64(Limits.keyGraceMilliseconds.upperBound) else {
                throw WireError(.malformed, "present_ends_in_milliseconds: out of range")
            }
            self = .nextKey(
                try checkedKey(next.publicKey), presentEndsIn: .milliseconds(next.presentEndsInMilliseconds))
        case .refusal, nil: throw WireError(.malformed, "no known body")
        }
    }
}

extension PBWelcome {
    fileprivate init(sweep: String, heartbeat: Duration, checkpointInterval: Duration) {
        self.init()
        self.sweep = boundedName(sweep)
        let heartbeats = heartbeat.wholeMilliseconds, checkpoints = checkpointInterval.wholeMilliseconds
        precondition(Limits.heartbeatMilliseconds.contains(heartbeats), "a heartbeat every \(heartbeat)")
        precondition(Limits.checkpointMilliseconds.contains(checkpoints), "a checkpoint every \(checkpointInterval)")
        heartbeatMilliseconds = UInt32(heartbeats)
        checkpointMilliseconds = UInt32(checkpoints)
    }

    fileprivate func checked() throws(WireError) -> CoordinatorMessage {
        guard Limits.heartbeatMilliseconds.contains(Int(heartbeatMilliseconds)) else {
            let range = Limits.heartbeatMilliseconds
            let bounds = "\(range.lowerBound) to \(range.upperBound)"
            throw WireError(.malformed, "heartbeat_milliseconds: \(heartbeatMilliseconds), not \(bounds)")
        }
        guard Limits.checkpointMilliseconds.contains(Int(checkpointMilliseconds)) else {
            let limit = Limits.checkpointMilliseconds.upperBound
            throw WireError(.malformed, "checkpoint_milliseconds: \(checkpointMilliseconds), over \(limit)")
        }
        return .welcome(
            sweep: try checkedName(sweep, named: "sweep"), heartbeat: .milliseconds(Int(heartbeatMilliseconds)),
            checkpointInterval: .milliseconds(Int(checkpointMilliseconds)))
    }
}

extension Duration {
    /// A quotient of durations is a Double: a tenth of them come out a millisecond short.
    var wholeMilliseconds: Int {
        Int(components.seconds * 1000 + components.attoseconds / 1_000_000_000_000_000)
    }
}
