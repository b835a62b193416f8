import Experiment
import Messages

/// A worker's message as it goes over the network: with the name of the worker.
public struct WorkerEnvelope: Sendable, Equatable {
    public var worker: WorkerID
    public var message: WorkerMessage

    public init(_ message: WorkerMessage, from worker: WorkerID) {
        self.worker = worker
        self.message = message
    }
}

extension WorkerEnvelope {
    public func encoded() -> [UInt8] {
        var body = PBFromWorker()
        body.version = ProtocolVersion.current
        body.worker = worker.rawValue
        switch message {
        case .hello(let slots, let facts, let running):
            body.hello = PBHello(slots: slots, facts: facts, running: running)
        case .heartbeat(let running, let number):
            body.heartbeat.running = running.map(PBAttemptName.init)
            body.heartbeat.number = UInt64(number ?? 0)
        case .record(let key, let record):
            body.record = PBRecord(key, record)
        case .ended(let key, let end, let state):
            body.ended = PBEnded(key, end)
            if let state { body.ended.state = PBCheckpointLabel(state) }
        case .goodbye:
            body.goodbye = PBGoodbye()
        case .checkpointPiece(let key, let piece):
            body.checkpointPiece = PBCheckpointPiece(key, piece)
        case .checkpointRequest(let key, let epoch, let offset, let limit):
            body.checkpointRequest.attempt = PBAttemptName(key)
            body.checkpointRequest.epoch = UInt32(epoch)
            body.checkpointRequest.offset = UInt64(offset)
            body.checkpointRequest.limit = UInt32(limit ?? 0)
        case .keyKept(let key):
            body.keyKept.publicKey = key
        }
        return serialized(body)
    }

    /// Reads a message of a peer that may be broken or hostile: every field is checked before anything is made of it.
    ///
    /// - Throws: `WireError` where the bytes are no message, of another version, or a field is out of its range.
    public init(decoding bytes: [UInt8]) throws(WireError) {
        let body: PBFromWorker = try parse(bytes, within: .fromWorker)
        try checkVersion(body.version, of: "worker")
        worker = try checkedWorker(body.worker, named: "worker")
        switch body.body {
        case .hello(let hello): message = try hello.checked()
        case .heartbeat(let heartbeat):
            message = .heartbeat(
                running: try checkedKeys(heartbeat.running), number: try checkedNumber(heartbeat.number))
        case .record(let record): message = .record(try record.attempt.checked(), try record.checked())
        case .ended(let ended):
            let state = ended.hasState ? try ended.state.checked() : nil
            message = .ended(try ended.attempt.checked(), try ended.checked(), state: state)
        case .goodbye: message = .goodbye
        case .checkpointPiece(let piece):
            message = .checkpointPiece(try piece.attempt.checked(), try piece.checked())
        case .checkpointRequest(let request):
            message = .checkpointRequest(
                try request.attempt.checked(), epoch: try checkedEpoch(request.epoch),
                offset: try checkedOffset(request.offset), limit: try checkedLimit(request.limit))
        case .keyKept(let kept): message = .keyKept(try checkedKey(kept.publicKey))
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

    fileprivate func checked() throws(WireError) -> WorkerMessage {
        guard (1...Limits.slots).contains(Int(slots)) else {
            throw WireError(.malformed, "slots: \(slots), not 1 to \(Limits.slots)")
        }
        return .hello(slots: Int(slots), facts: try facts.checked(), running: try checkedKeys(running))
    }
}

private func checkedKeys(_ names: [PBAttemptName]) throws(WireError) -> [AttemptKey] {
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
