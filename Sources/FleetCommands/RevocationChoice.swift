import CommandOutput
import Experiment
import Transport

/// What the argument of `sweep revoke` means: a worker's key, an invite, or both where one name is that of an invite
/// and of the worker that came with it.
///
/// Three kinds of words lead to a key: the label that its owner gave it, what its workers call themselves, and the
/// beginning of its digest. A worker may call itself what another one's label says, or how another one's digest begins.
/// So all three count alike, and a word that leads to several keys puts nobody out. Only a whole digest goes before all
/// else: whoever takes it as a name keeps nobody from being named by it.
///
/// A plain value: it reads nothing and ends nothing.
package struct RevocationChoice: Sendable, Equatable {
    /// A key, and what it is known by.
    package struct Candidate: Sendable, Equatable {
        package let key: WorkerKey
        /// Empty where the key store does not know the key.
        package var labels: [KeyName]
        /// What its workers call themselves in the sweeps that were looked at.
        package var names: [WorkerID]
        package var isRevoked: Bool

        package init(_ key: WorkerKey, labels: [KeyName] = [], names: [WorkerID] = [], isRevoked: Bool = false) {
            self.key = key
            self.labels = labels
            self.names = names
            self.isRevoked = isRevoked
        }
    }

    /// `nil` where an invite alone is meant.
    package let worker: Candidate?
    /// `nil` where a worker's key alone is meant.
    package let invite: KeyName?

    /// - Parameters:
    ///   - text: the argument.
    ///   - candidates: each key once.
    ///   - includingRevoked: whether a key that was revoked before can be meant.
    /// - Throws: `CommandFailure` of code `.usage`, in one line, where nothing is meant, several things, or a key that
    ///   cannot be revoked.
    package init(
        _ text: String, among candidates: [Candidate], _ invites: [Invite] = [], includingRevoked: Bool = false
    ) throws(CommandFailure) {
        let matches = Matches(text, candidates, invites)
        let possible = matches.keys.filter { includingRevoked || !$0.isRevoked }
        if let worker = possible.first, possible.count == 1, !worker.isRevoked, worker.labels.isEmpty {
            guard !matches.invites.isEmpty else { throw Self.notAdmitted(text, worker) }
        }
        switch (possible.count, matches.invites.count) {
        case (0, 0):
            throw matches.keys.first.map { Self.revokedBefore(text, $0) } ?? Self.unknown(text)
        case (1, 0): (worker, invite) = (possible[0], nil)
        case (0, 1): (worker, invite) = (nil, matches.invites[0].name)
        case (1, 1) where Self.belong(possible[0], matches.invites[0], text):
            (worker, invite) = (possible[0], matches.invites[0].name)
        default:
            throw Self.ambiguous(text, possible, matches.invites, among: candidates, invites)
        }
    }

    /// What is called so.
    private struct Matches {
        let keys: [Candidate]
        let invites: [Invite]

        init(_ text: String, _ candidates: [Candidate], _ invites: [Invite]) {
            if let whole = candidates.first(where: { $0.key.rawValue == text }) {
                (keys, self.invites) = ([whole], [])
                return
            }
            keys = candidates.filter { candidate in
                isBeginning(text, of: candidate.key) || candidate.labels.contains { $0.rawValue == text }
                    || candidate.names.contains { $0.rawValue == text }
            }
            self.invites = invites.filter { $0.name.rawValue == text || isBeginning(text, of: $0.key) }
        }

        var count: Int { keys.count + invites.count }
    }

    /// One name for both, and the worker came with this very invite.
    private static func belong(_ candidate: Candidate, _ invite: Invite, _ text: String) -> Bool {
        invite.name.rawValue == text && candidate.labels.contains(invite.name)
            && invite.claims.contains { $0.worker == candidate.key }
    }

    // MARK: What is wrong

    private static func unknown(_ text: String) -> CommandFailure {
        CommandFailure(
            "no worker and no invite is named \(text); sweep keys lists labels and keys, sweep workers the names of a "
                + "sweep's workers", exitCode: .usage)
    }

    private static func revokedBefore(_ text: String, _ candidate: Candidate) -> CommandFailure {
        CommandFailure(
            "\(text) is revoked already (key \(candidate.key)); with --forget-results what it delivered is trained "
                + "again", exitCode: .usage)
    }

    private static func notAdmitted(_ text: String, _ candidate: Candidate) -> CommandFailure {
        if candidate.names.contains(where: \.isLocal) {
            return CommandFailure(
                "\(text) is the coordinator's own worker, which nobody let in; sweep run --slots 0 does without it",
                exitCode: .usage)
        }
        return CommandFailure(
            "\(text) has the key \(candidate.key), which is not admitted; where another user or another host ran its "
                + "coordinator, revoke it there", exitCode: .usage)
    }

    /// So many are listed, and so many names of each: a worker can have any number.
    private static let listLimit = 8
    private static let nameLimit = 3

    private static func ambiguous(
        _ text: String, _ keys: [Candidate], _ named: [Invite], among all: [Candidate], _ invites: [Invite]
    ) -> CommandFailure {
        /// As much of a digest as means it alone, whatever others call themselves.
        func beginning(of digest: KeyDigest) -> String {
            let lengths = digest.short.count..<digest.rawValue.count
            let length = lengths.first { Matches(String(digest.rawValue.prefix($0)), all, invites).count == 1 }
            return String(digest.rawValue.prefix(length ?? digest.rawValue.count))
        }
        let keys = keys.sorted { $0.key < $1.key }.map { candidate in
            "key \(beginning(of: candidate.key)) (\(known(candidate, first: text)))"
        }
        let meanings = keys + named.map { "invite \($0.name) (key \(beginning(of: $0.key)))" }
        let more = meanings.count > listLimit ? " and \(meanings.count - listLimit) more" : ""
        return CommandFailure(
            "'\(text)' could mean several: \(meanings.prefix(listLimit).joined(separator: ", "))\(more); name one by "
                + "its key", exitCode: .usage)
    }

    private static func known(_ candidate: Candidate, first text: String) -> String {
        let labels = candidate.labels.map { "label \($0)" }
        let others = candidate.names.filter { $0.rawValue != text }.sorted()
        let names = candidate.names.filter { $0.rawValue == text } + others
        let more = names.count > nameLimit ? ["\(names.count - nameLimit) more names"] : []
        let state = candidate.isRevoked ? ["revoked"] : candidate.labels.isEmpty ? ["not admitted"] : []
        return (labels + names.prefix(nameLimit).map { "worker \($0)" } + more + state).joined(separator: ", ")
    }
}

private func isBeginning(_ text: String, of digest: KeyDigest) -> Bool {
    KeyDigest.isPrefix(text) && digest.rawValue.hasPrefix(text)
}
