import Experiment
import Status

/// Whose word counts for how much: which keys are trusted, were vouched for by an audit, or were found to lie.
public struct KeyStandings: Sendable {
    /// Of hosts that are the owner's own. The local worker's is always among them.
    public var trusted: Set<WorkerKey>
    public internal(set) var vouched: Set<WorkerKey> = []
    /// Nothing is believed that comes, or came, of them alone, and they get nothing new.
    package private(set) var condemned: Set<WorkerKey> = []
    /// Those of the condemned whose results the owner does not want, whether they lied or not.
    private(set) var unwanted: Set<WorkerKey> = []
    /// Workers without a key that were found to lie. Nothing is stored of that, so it is forgotten with the
    /// coordinator, and no trial depends on it.
    private(set) var condemnedNames: Set<WorkerID> = []

    /// - Parameters:
    ///   - trusted: of hosts that are the owner's own.
    ///   - judgements: in the order in which they were stored.
    public init(trusted: Set<WorkerKey> = [], judgements: [KeyJudgement] = []) {
        self.trusted = trusted
        for judgement in judgements { take(judgement) }
    }

    mutating func take(_ judgement: KeyJudgement) {
        if judgement.isCondemned {
            vouched.remove(judgement.key)
            condemned.insert(judgement.key)
            if judgement.verdict == .forgotten { unwanted.insert(judgement.key) }
        } else {
            condemned.remove(judgement.key)
            unwanted.remove(judgement.key)
            vouched.insert(judgement.key)
        }
    }

    mutating func condemnName(_ name: WorkerID) { condemnedNames.insert(name) }

    func isCondemned(_ identity: WorkerIdentity) -> Bool {
        switch identity {
        case .key(let key): condemned.contains(key)
        case .name(let name): condemnedNames.contains(name)
        }
    }

    func isVouched(_ identity: WorkerIdentity) -> Bool {
        guard case .key(let key) = identity else { return false }
        return vouched.contains(key)
    }

    /// Names of local workers belong to this host's key alone, also where that was another one in an earlier run. What
    /// `sweep replay` trained in its own process has no key.
    func isTrusted(_ identity: WorkerIdentity, of worker: WorkerID) -> Bool {
        guard !worker.isLocal else { return true }
        guard case .key(let key) = identity else { return worker.rawValue.hasPrefix(WorkerID.replayPrefix) }
        return trusted.contains(key)
    }
}
