import Experiment

/// What the executions of a finished task say of its records, and who is believed.
///
/// Bits do not depend on hosts, so honest executions agree. Everybody whose key has a hand in the stored records is one
/// witness together: who goes on from another one's state repeats what is wrong with it. An execution under any other
/// key, from the first epoch on, is a witness of its own; several under one key are one.
package struct Trial: Sendable {
    /// A complete second execution of the task, from its first epoch on.
    package struct Testimony: Sendable, Equatable {
        package let attempt: Attempt
        package let identity: WorkerIdentity
        package let isTrusted: Bool
        /// The epochs whose record came out other than the stored one.
        package let differing: [Int: ContentDigest]

        package init(
            attempt: Attempt, identity: WorkerIdentity, isTrusted: Bool = false, differing: [Int: ContentDigest] = [:]
        ) {
            self.attempt = attempt
            self.identity = identity
            self.isTrusted = isTrusted
            self.differing = differing
        }
    }

    package enum Verdict: Sendable, Equatable {
        /// Nobody else has trained the task from its beginning.
        case unheard
        /// Somebody else has, and all agree.
        case confirmed
        /// The stored records are right; these attempts are not.
        case upheld(against: [Attempt])
        /// The stored records are wrong: those of the first are right, and these other second executions are not.
        case overturned(by: Attempt, against: [Attempt])
        /// Word stands against word.
        case open
    }

    /// Who made the stored records, and the states that they go on from.
    private let authors: Set<WorkerIdentity>
    private let areAuthorsTrusted: Bool
    private let isAnyAuthorCondemned: Bool
    /// Without those of condemned keys.
    private let testimonies: [Testimony]

    package init(
        authors: Set<WorkerIdentity>, areAuthorsTrusted: Bool = false, testimonies: [Testimony],
        condemned: Set<WorkerIdentity> = []
    ) {
        self.authors = authors
        self.areAuthorsTrusted = areAuthorsTrusted
        isAnyAuthorCondemned = !authors.isDisjoint(with: condemned)
        self.testimonies = testimonies.filter { !condemned.contains($0.identity) }
    }

    /// Whose word is in already: a further execution under one of these keys says nothing new.
    package var concerned: Set<WorkerIdentity> { authors.union(testimonies.map(\.identity)) }

    package var isHeard: Bool { !testimonies.isEmpty }

    /// - Parameter isLastWord: nobody else is there who could be asked, so that the owner's own hosts decide between
    ///   equals.
    package func verdict(isLastWord: Bool) -> Verdict {
        let versions = versions
        guard versions.count > 1 else {
            return testimonies.contains { !authors.contains($0.identity) } ? .confirmed : .unheard
        }
        guard let winner = winner(among: versions, isLastWord: isLastWord) else { return .open }
        let others = testimonies.filter { $0.differing != versions[winner].differing }.map(\.attempt)
        guard let attempt = versions[winner].attempts.first, !versions[winner].differing.isEmpty else {
            return .upheld(against: others)
        }
        return .overturned(by: attempt, against: others)
    }

    // MARK: Versions

    private struct Version {
        let differing: [Int: ContentDigest]
        var attempts: [Attempt] = []
        var witnesses: Set<WorkerIdentity> = []
        var isTrusted: Bool
        /// Those who made the stored records count as one.
        var hasAuthors = false

        var weight: Int { witnesses.count + (hasAuthors ? 1 : 0) }
    }

    /// The stored records are the first.
    private var versions: [Version] {
        var stored = Version(differing: [:], isTrusted: areAuthorsTrusted && !isAnyAuthorCondemned)
        stored.hasAuthors = !isAnyAuthorCondemned
        var versions = [stored]
        for testimony in testimonies {
            let place = versions.firstIndex { $0.differing == testimony.differing }
            if place == nil { versions.append(Version(differing: testimony.differing, isTrusted: false)) }
            let index = place ?? versions.count - 1
            versions[index].attempts.append(testimony.attempt)
            versions[index].isTrusted = versions[index].isTrusted || testimony.isTrusted
            let isNew = index > 0 || !authors.contains(testimony.identity)
            if isNew { versions[index].witnesses.insert(testimony.identity) }
        }
        return versions
    }

    /// The version of more witnesses than any other one: two at least, or one where nobody is left on the other side.
    private func winner(among versions: [Version], isLastWord: Bool) -> Int? {
        let best = versions.map(\.weight).max()!
        let leaders = versions.indices.filter { versions[$0].weight == best }
        if leaders.count == 1 {
            let second = versions.indices.filter { $0 != leaders[0] }.map { versions[$0].weight }.max() ?? 0
            if best > 1 || second == 0 { return leaders[0] }
        }
        let trusted = versions.indices.filter { versions[$0].isTrusted }
        return isLastWord && trusted.count == 1 ? trusted[0] : nil
    }
}
