import Messages

extension EnrolmentRequest {
    public func encoded() -> [UInt8] {
        var message = PBEnrolmentRequest()
        message.version = ProtocolVersion.current
        message.publicKey = publicKey
        return serialized(message)
    }

    /// Reads a message of a peer that may be broken, hostile or of an earlier version.
    ///
    /// - Throws: `WireError` where the bytes are no request, of another version, or the key is none by its length.
    public init(decoding bytes: [UInt8]) throws(WireError) {
        let message: PBEnrolmentRequest = try parse(bytes, within: .enrolmentRequest)
        try checkVersion(message.version, of: "worker")
        // A worker's message has other fields, so nothing is found here.
        guard (1...64).contains(message.publicKey.utf8.count) else {
            throw WireError(.malformed, "public_key: \(message.publicKey.utf8.count) bytes, not 1 to 64")
        }
        self.init(publicKey: message.publicKey)
    }
}

extension EnrolmentAnswer {
    public func encoded() -> [UInt8] {
        var message = PBEnrolmentAnswer()
        message.version = ProtocolVersion.current
        switch self {
        case .enrolled(let label): message.enrolled.label = boundedText(label)
        case .ownKey: message.ownKey = PBOwnKey()
        case .waiting(let label): message.waiting.label = boundedText(label)
        case .expired(let expiry, let now):
            message.expired.atMilliseconds = expiry
            message.expired.nowMilliseconds = now
        case .used(let label, let time):
            message.used.label = boundedText(label)
            message.used.atMilliseconds = time
        case .revoked: message.revoked = PBRevoked()
        case .crowded: message.crowded = PBCrowded()
        case .unavailable(let reason): message.unavailable.reason = boundedText(reason)
        // What every version of a worker understands, whatever it said.
        case .refused(let reason): return CoordinatorMessage.refusal(reason: reason).encoded()
        }
        return serialized(message)
    }

    /// - Throws: `WireError` where the bytes are no answer, of another version, or a field is out of its range.
    public init(decoding bytes: [UInt8]) throws(WireError) {
        let message: PBEnrolmentAnswer = try parse(bytes, within: .enrolmentAnswer)
        guard let body = message.body else {
            // A coordinator that takes the request for something else, or speaks another version, refuses.
            guard case .refusal(let reason) = try CoordinatorMessage(decoding: bytes) else {
                throw WireError(.malformed, "no answer to an enrolment")
            }
            self = .refused(reason: reason)
            return
        }
        try checkVersion(message.version, of: "coordinator")
        switch body {
        case .enrolled(let enrolled): self = .enrolled(label: try checkedText(enrolled.label, named: "label"))
        case .ownKey: self = .ownKey
        case .waiting(let waiting): self = .waiting(label: try checkedText(waiting.label, named: "label"))
        case .expired(let expired):
            self = .expired(
                atMilliseconds: try checkedTime(expired.atMilliseconds),
                nowMilliseconds: try checkedTime(expired.nowMilliseconds))
        case .used(let used):
            self = .used(
                label: try checkedText(used.label, named: "label"),
                atMilliseconds: try checkedTime(used.atMilliseconds))
        case .revoked: self = .revoked
        case .crowded: self = .crowded
        case .unavailable(let unavailable):
            self = .unavailable(reason: try checkedText(unavailable.reason, named: "reason"))
        }
    }
}

/// Before the year 5138.
private func checkedTime(_ milliseconds: Int64) throws(WireError) -> Int64 {
    guard (0...100_000_000_000_000).contains(milliseconds) else {
        throw WireError(.malformed, "a time of \(milliseconds) milliseconds is out of range")
    }
    return milliseconds
}
