import Experiment

/// What the executions of a finished task say of its records, and who is believed.
///
/// Bits do not depend on hosts, so honest executions agree. A key is a witness of what it trained itself, from the
/// first epoch to the last; several executions under one key are one witness. Keys that made the stored records
/// together are one witness of these together, because whoever goes on from another worker's state repeats what is
/// wrong with it; and none as soon as one of them is a witness of its own, which says more.
///
/// A key that was condemned is no witness any more. A worker without a key, as in the journals of earlier versions, has
/// nothing that could be condemned for good: its word is weighed like any other, so that a restarted coordinator weighs
/// it alike, and the owner's word alone does not do away with it.
///
/// An execution of an earlier version does not tell which images are right. Where it differs from the stored record, it
/// stands with everybody who came to the same apart from the images, also where those contradict each other in them: of
/// that it says nothing, so nothing follows from it.
package struct Trial: Sendable {
    /// A complete execution of the task, from its first epoch on, that did not make all of its stored records.
    package struct Testimony: Sendable, Equatable {
        package let attempt: Attempt
        package let identity: WorkerIdentity
        package let isTrusted: Bool
        /// The epochs whose record differed from the stored one, and the digest of what came.
        package let differing: [Int: RecordDigest]

        package init(
            attempt: Attempt, identity: WorkerIdentity, isTrusted: Bool = false, differing: [Int: RecordDigest] = [:]
        ) {
            self.attempt = attempt
            self.identity = identity
            self.isTrusted = isTrusted
            self.differing = differing
        }
    }

    package enum Verdict: Sendable, Equatable {
        /// Nobody has a word but one of those who made them.
        case unheard
        /// Another key has, or several of those who made them, and all agree.
        case confirmed
        /// The stored records are right; these attempts are not.
        case upheld(against: [Attempt])
        /// The stored records are wrong and those of the first attempt are right; these other attempts are wrong, too.
        case overturned(by: Attempt, against: [Attempt])
        /// Word stands against word.
        case open
    }

    /// Who made the stored records, and who made the states from which those attempts went on.
    private let authors: Set<WorkerIdentity>
    private let areAuthorsTrusted: Bool
    private let isAnyAuthorCondemned: Bool
    /// The owner wants nothing that came under the key of one of them.
    private let isAnyAuthorUnwanted: Bool
    /// Without those of condemned keys.
    private let testimonies: [Testimony]

    package init(
        authors: Set<WorkerIdentity>, areAuthorsTrusted: Bool = false, testimonies: [Testimony],
        condemned: Set<WorkerKey> = [], unwanted: Set<WorkerKey> = []
    ) {
        self.authors = authors
        self.areAuthorsTrusted = areAuthorsTrusted
        isAnyAuthorUnwanted = authors.contains { $0.isIn(unwanted) }
        isAnyAuthorCondemned = authors.contains { $0.isIn(condemned) }
        self.testimonies = testimonies.filter { !$0.identity.isIn(condemned) }
    }

    /// The keys that had a hand in the records, or have said something of them.
    package var concerned: Set<WorkerIdentity> { authors.union(testimonies.map(\.identity)) }

    /// The keys that have a word already: a further execution under one of them says nothing new.
    package var spoken: Set<WorkerIdentity> {
        Set(testimonies.map(\.identity)).union(authors.count == 1 ? authors : [])
    }

    package var isHeard: Bool { !testimonies.isEmpty }

    /// - Parameter isLastWord: nobody else is there who could be asked, so that the owner decides between equals.
    package func verdict(isLastWord: Bool) -> Verdict {
        let versions = versions
        guard versions.count > 1 else {
            let isAnothersWord = testimonies.contains { !authors.contains($0.identity) }
            return isAnothersWord || versions[0].weight > 1 ? .confirmed : .unheard
        }
        guard let winner = majority(among: versions) ?? (isLastWord ? ownersChoice(among: versions) : nil) else {
            return .open
        }
        let others = testimonies.filter { word(of: $0) != versions[winner].word }.map(\.attempt)
        guard let attempt = versions[winner].speaker, !versions[winner].word.isEmpty else {
            return .upheld(against: others)
        }
        return .overturned(by: attempt, against: others)
    }

    // MARK: Versions

    private struct Version {
        let word: [Int: RecordDigest]
        /// The first attempt that says this and no more: what it does not tell, nobody is believed to know.
        var speaker: Attempt?
        var witnesses: Set<WorkerIdentity> = []
        var isTrusted: Bool
        /// Those who made the stored records stand behind this version together.
        var hasAuthors = false

        var weight: Int { witnesses.count + (hasAuthors ? 1 : 0) }
    }

    /// The stored records are the first.
    private var versions: [Version] {
        var versions = [Version(word: [:], isTrusted: areAuthorsTrusted && !isAnyAuthorCondemned)]
        for testimony in testimonies {
            let word = word(of: testimony)
            let place = versions.firstIndex { $0.word == word }
            if place == nil { versions.append(Version(word: word, isTrusted: false)) }
            let index = place ?? versions.count - 1
            if versions[index].speaker == nil, testimony.differing == word {
                versions[index].speaker = testimony.attempt
            }
            versions[index].isTrusted = versions[index].isTrusted || testimony.isTrusted
            versions[index].witnesses.insert(testimony.identity)
        }
        // Who went on from another one's state and then trained it all, and differs, does not stand behind it.
        let contradicting = Set(versions.dropFirst().flatMap(\.witnesses))
        let isStoodBehind = authors.count == 1 || !authors.isSubset(of: contradicting)
        versions[0].hasAuthors =
            !isAnyAuthorCondemned && isStoodBehind && versions[0].witnesses.isDisjoint(with: authors)
        return versions
    }

    /// What a testimony says, without the images of which another one that is otherwise the same does not tell.
    private func word(of testimony: Testimony) -> [Int: RecordDigest] {
        let measured = testimony.differing.mapValues(\.withoutOutcomes)
        let same = testimonies.filter { $0.differing.mapValues(\.withoutOutcomes) == measured }
        return Dictionary(
            uniqueKeysWithValues: testimony.differing.map { epoch, digest in
                let isTold = same.allSatisfy { $0.differing[epoch]?.outcomes != nil }
                return (epoch, isTold ? digest : digest.withoutOutcomes)
            })
    }

    /// The version of more witnesses than any other one, and of two at least: that one key lied does not make the next
    /// one honest.
    private func majority(among versions: [Version]) -> Int? {
        let leader = leader(among: versions)
        return leader.flatMap { versions[$0].weight > 1 ? $0 : nil }
    }

    /// With nobody else to ask, the owner decides: by a host of the owner's own, or by having said that the stored
    /// records are not wanted, so that any other word is better. Nothing can be stored against a word without a key, so
    /// stored records are not upheld against one: the dispute would be the same again.
    private func ownersChoice(among versions: [Version]) -> Int? {
        let trusted = versions.indices.filter { versions[$0].isTrusted }
        let choice = trusted.count == 1 ? trusted[0] : isAnyAuthorUnwanted ? leader(among: versions) : nil
        let isUpheldForNothing = choice == 0 && versions.dropFirst().contains { !$0.witnesses.allSatisfy(\.isKey) }
        return isUpheldForNothing ? nil : choice
    }

    /// The only version of most witnesses.
    private func leader(among versions: [Version]) -> Int? {
        let best = versions.map(\.weight).max()!
        let leaders = versions.indices.filter { versions[$0].weight == best }
        return leaders.count == 1 ? leaders[0] : nil
    }
}
