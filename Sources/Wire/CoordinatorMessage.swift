import Experiment

/// What the coordinator says to a worker, and an agent to its trainer process (assignments alone).
public enum CoordinatorMessage: Sendable, Equatable {
    /// Answers a hello: the worker belongs to the sweep of this name and shall send a heartbeat in this interval.
    case welcome(sweep: String, heartbeat: Duration)
    /// The coordinator does not know the sender, which shall say hello.
    case whoAreYou
    case assignment(AttemptKey, SweepTask)
    case recordStored(AttemptKey, epoch: Int)
    case endStored(AttemptKey)
    case stop(AttemptKey)
    /// The worker cannot take part and ends.
    case refusal(reason: String)
    /// The coordinator leaves; the worker waits for the next one.
    case farewell
}

extension CoordinatorMessage {
    public func encoded() -> [UInt8] {
        var message = PBFromCoordinator()
        message.version = ProtocolVersion.current
        switch self {
        case .welcome(let sweep, let heartbeat):
            message.welcome = PBWelcome(sweep: sweep, heartbeat: heartbeat)
        case .whoAreYou:
            message.whoAreYou = PBWhoAreYou()
        case .assignment(let key, let task):
            message.assignment = PBAssignment(key, task)
        case .recordStored(let key, let epoch):
            message.recordStored.attempt = PBAttemptName(key)
            message.recordStored.epoch = UInt32(epoch)
        case .endStored(let key):
            message.endStored.attempt = PBAttemptName(key)
        case .stop(let key):
            message.stop.attempt = PBAttemptName(key)
        case .refusal(let reason):
            message.refusal.reason = boundedText(reason)
        case .farewell:
            message.farewell = PBFarewell()
        }
        return serialized(message)
    }

    public init(decoding bytes: [UInt8]) throws(WireError) {
        let message: PBFromCoordinator = try parse(bytes)
        // A refusal is read whatever its version: it is how another version says that it is another version.
        if case .refusal(let refusal) = message.body {
            self = .refusal(reason: try checkedText(refusal.reason, named: "reason"))
            return
        }
        try checkVersion(message.version, of: "coordinator")
        switch message.body {
        case .welcome(let welcome): self = try welcome.checked()
        case .whoAreYou: self = .whoAreYou
        case .assignment(let assignment): self = .assignment(try assignment.attempt.checked(), try assignment.checked())
        case .recordStored(let stored):
            self = .recordStored(try stored.attempt.checked(), epoch: try checkedEpoch(stored.epoch))
        case .endStored(let stored): self = .endStored(try stored.attempt.checked())
        case .stop(let stop): self = .stop(try stop.attempt.checked())
        case .farewell: self = .farewell
        case .refusal, nil: throw WireError(.malformed, "no known body")
        }
    }
}

extension PBWelcome {
    fileprivate init(sweep: String, heartbeat: Duration) {
        self.init()
        self.sweep = boundedText(sweep)
        // A quotient of durations is a Double: a tenth of them come out a millisecond short.
        let parts = heartbeat.components
        let milliseconds = parts.seconds * 1000 + parts.attoseconds / 1_000_000_000_000_000
        precondition(Limits.heartbeatMilliseconds.contains(Int(milliseconds)), "a heartbeat every \(heartbeat)")
        heartbeatMilliseconds = UInt32(milliseconds)
    }

    fileprivate func checked() throws(WireError) -> CoordinatorMessage {
        guard Limits.heartbeatMilliseconds.contains(Int(heartbeatMilliseconds)) else {
            let range = Limits.heartbeatMilliseconds
            let bounds = "\(range.lowerBound) to \(range.upperBound)"
            throw WireError(.malformed, "heartbeat_milliseconds: \(heartbeatMilliseconds), not \(bounds)")
        }
        return .welcome(
            sweep: try checkedText(sweep, named: "sweep"), heartbeat: .milliseconds(Int(heartbeatMilliseconds)))
    }
}

extension PBAssignment {
    fileprivate init(_ key: AttemptKey, _ task: SweepTask) {
        self.init()
        attempt = PBAttemptName(key)
        data = task.data.rawValue
        dataDigest = task.dataDigest.rawValue
        norm = task.parameters.norm.rawValue
        batchSize = UInt32(task.parameters.batchSize)
        seed = UInt64(task.parameters.seed)
        epochs = UInt32(task.parameters.epochs)
        learningRate = task.parameters.learningRate
        captureGradients = task.parameters.captureGradients
        if let limit = task.parameters.trainLimit { trainLimit = UInt32(limit) }
        if let limit = task.parameters.testLimit { testLimit = UInt32(limit) }
    }

    /// The task, whose id must be the hash of its own parameters.
    fileprivate func checked() throws(WireError) -> SweepTask {
        guard let data = DataSetName(rawValue: data) else { throw WireError(.malformed, "data: unknown data set") }
        guard let digest = DataDigest(rawValue: dataDigest) else {
            throw WireError(.malformed, "data_digest: not a digest")
        }
        let task = SweepTask(parameters: try checkedParameters(), data: data, dataDigest: digest)
        guard task.id.rawValue == attempt.task else {
            throw WireError(.malformed, "attempt: the id is not that of the parameters")
        }
        return task
    }

    private func checkedParameters() throws(WireError) -> TaskParameters {
        var values: [(Hyperparameter, ParameterValue)] = [
            (.batchSize, .integer(Int(batchSize))), (.captureGradients, .flag(captureGradients)),
            (.epochs, .integer(Int(epochs))), (.learningRate, .real(learningRate)), (.norm, .word(norm)),
            (.seed, .integer(Int(clamping: seed))),
        ]
        if hasTestLimit { values.append((.testLimit, .integer(Int(testLimit)))) }
        if hasTrainLimit { values.append((.trainLimit, .integer(Int(trainLimit)))) }
        var parameters = TaskParameters()
        for (name, value) in values {
            guard name.domain.value(parsing: value.description) == value else {
                throw WireError(.malformed, "\(name.rawValue): out of range")
            }
            parameters[name] = value
        }
        return parameters
    }
}
