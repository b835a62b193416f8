import Experiment

/// What a worker says.
public struct WorkerMessage: Sendable, Equatable {
    public var worker: WorkerID
    public var body: Body

    public init(worker: WorkerID, body: Body) {
        self.worker = worker
        self.body = body
    }

    public enum Body: Sendable, Equatable {
        case hello(slots: Int, facts: HostFacts, running: [AttemptKey])
        /// With a number, the coordinator answers it.
        case heartbeat(running: [AttemptKey], number: Int? = nil)
        case record(AttemptKey, EpochRecord)
        /// The trainer's last state follows where it has one.
        case ended(AttemptKey, AttemptEnd, state: CheckpointLabel? = nil)
        case goodbye
        /// Some of a trainer's state after an epoch.
        case checkpointPiece(AttemptKey, CheckpointPiece)
        /// The attempt is to resume from the checkpoint of `epoch`: the worker wants its bytes from `offset`, at most
        /// `limit` of them, or as many as a piece may have.
        case checkpointRequest(AttemptKey, epoch: Int, offset: Int, limit: Int? = nil)
    }
}

extension WorkerMessage {
    public func encoded() -> [UInt8] {
        var message = PBFromWorker()
        message.version = ProtocolVersion.current
        message.worker = worker.rawValue
        switch body {
        case .hello(let slots, let facts, let running):
            message.hello = PBHello(slots: slots, facts: facts, running: running)
        case .heartbeat(let running, let number):
            message.heartbeat.running = running.map(PBAttemptName.init)
            message.heartbeat.number = UInt64(number ?? 0)
        case .record(let key, let record):
            message.record = PBRecord(key, record)
        case .ended(let key, let end, let state):
            message.ended = PBEnded(key, end)
            if let state { message.ended.state = PBCheckpointLabel(state) }
        case .goodbye:
            message.goodbye = PBGoodbye()
        case .checkpointPiece(let key, let piece):
            message.checkpointPiece = PBCheckpointPiece(key, piece)
        case .checkpointRequest(let key, let epoch, let offset, let limit):
            message.checkpointRequest.attempt = PBAttemptName(key)
            message.checkpointRequest.epoch = UInt32(epoch)
            message.checkpointRequest.offset = UInt64(offset)
            message.checkpointRequest.limit = UInt32(limit ?? 0)
        }
        return serialized(message)
    }

    /// Reads a message of a peer that may be broken or hostile: every field is checked before anything is made of it.
    ///
    /// - Throws: `WireError` where the bytes are no message, of another version, or a field is out of its range.
    public init(decoding bytes: [UInt8]) throws(WireError) {
        let message: PBFromWorker = try parse(bytes)
        try checkVersion(message.version, of: "worker")
        guard let worker = WorkerID(rawValue: message.worker) else {
            throw WireError(.malformed, "worker: not a worker's name")
        }
        self.worker = worker
        switch message.body {
        case .hello(let hello): body = try hello.checked()
        case .heartbeat(let heartbeat):
            body = .heartbeat(
                running: try checkedKeys(heartbeat.running), number: try checkedNumber(heartbeat.number))
        case .record(let record): body = .record(try record.attempt.checked(), try record.checked())
        case .ended(let ended):
            let state = ended.hasState ? try ended.state.checked() : nil
            body = .ended(try ended.attempt.checked(), try ended.checked(), state: state)
        case .goodbye: body = .goodbye
        case .checkpointPiece(let piece):
            body = .checkpointPiece(try piece.attempt.checked(), try piece.checked())
        case .checkpointRequest(let request):
            body = .checkpointRequest(
                try request.attempt.checked(), epoch: try checkedEpoch(request.epoch),
                offset: try checkedOffset(request.offset), limit: try checkedLimit(request.limit))
        case nil: throw WireError(.malformed, "no known body")
        }
    }
}

extension PBHello {
    fileprivate init(slots: Int, facts: HostFacts, running: [AttemptKey]) {
        self.init()
        self.slots = UInt32(slots)
        self.facts = PBHostFacts(facts)
        self.running = running.map(PBAttemptName.init)
    }

    fileprivate func checked() throws(WireError) -> WorkerMessage.Body {
        guard (1...Limits.slots).contains(Int(slots)) else {
            throw WireError(.malformed, "slots: \(slots), not 1 to \(Limits.slots)")
        }
        return .hello(slots: Int(slots), facts: try facts.checked(), running: try checkedKeys(running))
    }
}

private func checkedKeys(_ names: [PBAttemptName]) throws(WireError) -> [AttemptKey] {
    guard names.count <= Limits.runningAttempts else {
        throw WireError(.malformed, "running: \(names.count) attempts, over \(Limits.runningAttempts)")
    }
    var keys: [AttemptKey] = []
    for name in names {
        keys.append(try name.checked())
    }
    return keys
}

/// A heartbeat without a number has 0.
private func checkedNumber(_ number: UInt64) throws(WireError) -> Int? {
    guard number <= UInt64(Int32.max) else { throw WireError(.malformed, "number: \(number) is out of range") }
    return number == 0 ? nil : Int(number)
}

/// A request without a limit has 0.
private func checkedLimit(_ limit: UInt32) throws(WireError) -> Int? {
    guard limit <= UInt32(Limits.pieceBytes) else {
        throw WireError(.malformed, "limit: \(limit), over \(Limits.pieceBytes)")
    }
    return limit == 0 ? nil : Int(limit)
}
