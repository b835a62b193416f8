import Experiment
import Messages

/// An invitation to join: whose key is let in to ask for admission, until when, and who has asked.
///
/// A plain value: what it decides depends on what it holds and on the time that it is told. The holder of the invite's
/// key cannot take part; it can name a key of its own, once, which is then admitted. So a token that leaks after its
/// use lets nobody in, and one that leaks before leaves a second claimant.
public struct Invite: Sendable, Equatable {
    /// What is said of an invite when it is made.
    public struct Terms: Sendable, Equatable {
        /// `nil` for never.
        public var lifetime: Duration?
        public var useLimit: Int
        /// Whether somebody must approve each worker.
        public var needsApproval: Bool

        public init(lifetime: Duration? = .seconds(86_400), useLimit: Int = 1, needsApproval: Bool = false) {
            self.lifetime = lifetime
            self.useLimit = useLimit
            self.needsApproval = needsApproval
        }

        public static let useLimits = 1...1000
    }

    /// A worker that asked for admission.
    public struct Claim: Sendable, Equatable {
        public enum State: String, Sendable {
            /// For somebody to approve it.
            case waiting
            /// The key may be admitted, and is not known to be.
            case approved
            /// The key's file was written. Where it is gone, somebody took it away.
            case admitted
        }

        /// The name under which the key is admitted.
        public let label: KeyName
        /// The digest of the worker's own public key.
        public let worker: KeyDigest
        public let at: WallTime
        /// The worker's; empty for a worker of the coordinator's host.
        public let address: String
        public internal(set) var state: State
    }

    /// A worker that came when all uses were taken.
    public struct Latecomer: Sendable, Equatable {
        public let worker: KeyDigest
        public let at: WallTime
        public let address: String
    }

    public let name: KeyName
    /// The digest of the invite's public key.
    public let key: KeyDigest
    public let made: WallTime
    /// `nil` for never.
    public private(set) var expires: WallTime?
    public let useLimit: Int
    public let needsApproval: Bool
    public internal(set) var claims: [Claim] = []
    public internal(set) var latecomers: [Latecomer] = []
    public internal(set) var revocation: Revocation?

    /// So many may wait for approval at a time.
    package static let waitingLimit = 16
    /// So many who came too late are remembered, and told of.
    package static let latecomerLimit = 8

    public init(_ name: KeyName, key: KeyDigest, terms: Terms, made: WallTime) {
        self.init(
            name, key: key, made: made, expires: terms.lifetime.map { made + $0 }, useLimit: terms.useLimit,
            needsApproval: terms.needsApproval)
    }

    init(
        _ name: KeyName, key: KeyDigest, made: WallTime, expires: WallTime?, useLimit: Int, needsApproval: Bool
    ) {
        self.name = name
        self.key = key
        self.made = made
        self.expires = expires
        self.useLimit = useLimit
        self.needsApproval = needsApproval
    }

    /// How many of its uses are taken: workers that wait for approval take none.
    public var useCount: Int { claims.count { $0.state != .waiting } }

    /// The claim of the first worker that was let in.
    public var firstUse: Claim? { claims.first { $0.state != .waiting } }

    /// Whether it lets nobody in any more, whatever becomes of those who wait.
    public func isOver(at now: WallTime) -> Bool {
        revocation != nil || useCount >= useLimit || expires.map { $0 <= now } ?? false
    }
}

// MARK: - Events

extension Invite {
    /// The worker asks for admission. Whoever asks again, because an answer was lost say, gets the answer that there
    /// was, also when the invite is used up or has expired meanwhile.
    ///
    /// - Parameter isFree: whether nothing else has this name, in the whole key store.
    /// - Returns: the answer, and whether the invite has to be stored for it.
    package mutating func claim(
        by worker: KeyDigest, from address: String, at now: WallTime, isFree: (KeyName) -> Bool
    ) -> (answer: EnrolmentAnswer, isNew: Bool) {
        if let claim = claims.first(where: { $0.worker == worker }) { return (answer(to: claim), false) }
        if revocation != nil { return (.revoked, false) }
        if let first = firstUse, useCount >= useLimit {
            return (.used(by: first), recordLatecomer(worker, from: address, at: now))
        }
        if let expires, expires <= now {
            return (.expired(atMilliseconds: expires.milliseconds, nowMilliseconds: now.milliseconds), false)
        }
        if claims.count - useCount >= Self.waitingLimit { return (.crowded, false) }
        let claim = Claim(
            label: label(isFree: isFree), worker: worker, at: now, address: address,
            state: needsApproval ? .waiting : .approved)
        claims.append(claim)
        return (answer(to: claim), true)
    }

    private func answer(to claim: Claim) -> EnrolmentAnswer {
        switch claim.state {
        case .admitted: .enrolled(label: claim.label.rawValue)
        case _ where revocation != nil: .revoked
        case .approved: .enrolled(label: claim.label.rawValue)
        case .waiting where useCount >= useLimit: firstUse.map { .used(by: $0) } ?? .crowded
        case .waiting: .waiting(label: claim.label.rawValue)
        }
    }

    /// Whether it was not known.
    private mutating func recordLatecomer(_ worker: KeyDigest, from address: String, at now: WallTime) -> Bool {
        guard latecomers.count < Self.latecomerLimit, !latecomers.contains(where: { $0.worker == worker }) else {
            return false
        }
        latecomers.append(Latecomer(worker: worker, at: now, address: address))
        return true
    }

    /// Lets a worker in that waits.
    ///
    /// - Returns: `false` where all uses are taken.
    package mutating func approve(_ worker: KeyDigest) -> Bool {
        guard let index = claims.firstIndex(where: { $0.worker == worker }) else { return false }
        guard claims[index].state == .waiting else { return true }
        guard useCount < useLimit else { return false }
        claims[index].state = .approved
        return true
    }

    /// The key's file is written.
    package mutating func recordAdmission(of worker: KeyDigest) {
        guard let index = claims.firstIndex(where: { $0.worker == worker }) else { return }
        claims[index].state = .admitted
    }

    /// Turns a worker away that waits; it takes no place from then on.
    package mutating func drop(_ worker: KeyDigest) {
        claims.removeAll { $0.worker == worker && $0.state == .waiting }
    }

    package mutating func revoke(_ revocation: Revocation) {
        self.revocation = self.revocation ?? revocation
    }

    /// Its token has a key of the coordinator that ends at this time.
    ///
    /// - Returns: whether it would have lasted longer.
    package mutating func end(at time: WallTime) -> Bool {
        if let expires, expires <= time { return false }
        expires = time
        return true
    }

    /// The invite's own name where it is for one worker, else one with a number.
    private func label(isFree: (KeyName) -> Bool) -> KeyName {
        if useLimit == 1, !needsApproval, isFree(name) { return name }
        // Short enough for a name with any number behind it.
        let stem = name.rawValue.prefix(56)
        for number in (useLimit == 1 && !needsApproval ? 2 : 1)... {
            guard let label = KeyName(rawValue: "\(stem)-\(number)") else { break }
            if isFree(label) && !claims.contains(where: { $0.label == label }) { return label }
        }
        preconditionFailure("no name is left after \(name)")
    }
}

extension EnrolmentAnswer {
    fileprivate static func used(by first: Invite.Claim) -> Self {
        .used(label: first.label.rawValue, atMilliseconds: first.at.milliseconds)
    }
}
