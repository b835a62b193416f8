import Experiment
import Scheduling
import Testing

/// Who is believed of several who trained the same task.
struct TrialTests {
    private static let a = identity("a"), b = identity("b"), c = identity("c"), d = identity("d")

    private static func identity(_ key: String) -> WorkerIdentity { .key(WorkerKey(ofPublicKey: key.utf8)) }

    private static func other(
        _ epoch: Int, _ kind: String = "x", images: String? = nil
    ) -> [Int: RecordDigest] {
        let outcomes = images.map { ContentDigest(of: Array($0.utf8)) }
        return [epoch: RecordDigest(measured: ContentDigest(of: Array(kind.utf8)), outcomes: outcomes)]
    }

    private static func testimony(
        _ number: Int, _ identity: WorkerIdentity, _ differing: [Int: RecordDigest] = [:], isTrusted: Bool = false
    ) -> Trial.Testimony {
        Trial.Testimony(
            attempt: Attempt(rawValue: number), identity: identity, isTrusted: isTrusted, differing: differing)
    }

    private static func verdict(
        _ testimonies: Trial.Testimony..., authors: Set<WorkerIdentity> = [a], areAuthorsTrusted: Bool = false,
        condemned: Set<WorkerIdentity> = [], unwanted: Set<WorkerIdentity> = [], isLastWord: Bool = false
    ) -> Trial.Verdict {
        Trial(
            authors: authors, areAuthorsTrusted: areAuthorsTrusted, testimonies: testimonies,
            condemned: keys(of: condemned.union(unwanted)), unwanted: keys(of: unwanted)
        ).verdict(isLastWord: isLastWord)
    }

    private static func keys(of identities: Set<WorkerIdentity>) -> Set<WorkerKey> {
        Set(identities.compactMap { if case .key(let key) = $0 { key } else { nil } })
    }

    private static func attempts(_ numbers: Int...) -> [Attempt] { numbers.map(Attempt.init(rawValue:)) }

    @Test func `another key's execution with the same bits confirms; the author's own says nothing`() {
        #expect(Self.verdict() == .unheard)
        #expect(Self.verdict(Self.testimony(2, Self.a)) == .unheard)
        #expect(Self.verdict(Self.testimony(2, Self.b)) == .confirmed)
        #expect(Self.verdict(Self.testimony(2, Self.b), authors: [Self.a, Self.b]) == .unheard)
    }

    @Test func `of two that differ a third decides: the auditor lied, or the author`() {
        let second = Self.testimony(2, Self.b, Self.other(1))
        #expect(Self.verdict(second) == .open)
        #expect(Self.verdict(second, Self.testimony(3, Self.c)) == .upheld(against: Self.attempts(2)))
        #expect(
            Self.verdict(second, Self.testimony(3, Self.c, Self.other(1)))
                == .overturned(by: Attempt(rawValue: 2), against: []))
    }

    @Test func `three different words decide nothing, and a fourth one does`() {
        let second = Self.testimony(2, Self.b, Self.other(1)), third = Self.testimony(3, Self.c, Self.other(1, "y"))
        #expect(Self.verdict(second, third) == .open)
        #expect(
            Self.verdict(second, third, Self.testimony(4, Self.d, Self.other(1, "y")))
                == .overturned(by: Attempt(rawValue: 3), against: Self.attempts(2)))
        #expect(
            Self.verdict(second, third, Self.testimony(4, Self.d)) == .upheld(against: Self.attempts(2, 3)))
    }

    @Test func `other images that are right are another word`() {
        let second = Self.testimony(2, Self.b, Self.other(9, images: "p"))
        let third = Self.testimony(3, Self.c, Self.other(9, images: "q"))
        #expect(Self.verdict(second, third) == .open)
        #expect(
            Self.verdict(second, third, Self.testimony(4, Self.d, Self.other(9, images: "q")))
                == .overturned(by: Attempt(rawValue: 3), against: Self.attempts(2)))
        #expect(Self.verdict(second, third, Self.testimony(4, Self.d)) == .upheld(against: Self.attempts(2, 3)))
    }

    /// As an earlier version's worker has it.
    @Test func `a word without images stands with all that are otherwise the same, and nobody is named for images`() {
        let silent = Self.testimony(3, Self.c, Self.other(9))
        let second = Self.testimony(2, Self.b, Self.other(9, images: "p"))
        let fourth = Self.testimony(4, Self.d, Self.other(9, images: "q"))
        for testimonies in [[second, silent], [silent, second], [silent, fourth, second], [second, fourth, silent]] {
            let trial = Trial(authors: [Self.a], testimonies: testimonies)
            #expect(trial.verdict(isLastWord: false) == .overturned(by: Attempt(rawValue: 3), against: []))
        }
        let other = Self.testimony(5, Self.identity("e"), Self.other(9, "y", images: "p"))
        #expect(
            Self.verdict(second, silent, other) == .overturned(by: Attempt(rawValue: 3), against: Self.attempts(5)))
    }

    @Test func `one key is one witness, however often it says so`() {
        let twice = [2, 3].map { Self.testimony($0, Self.b, Self.other(1)) }
        #expect(Self.verdict(twice[0], twice[1]) == .open)
        let echo = Self.testimony(4, Self.a)
        #expect(Self.verdict(twice[0], echo) == .open, "the author repeats himself")
    }

    @Test func `whoever made the records together is one witness`() {
        let second = Self.testimony(2, Self.c, Self.other(3))
        #expect(Self.verdict(second, authors: [Self.a, Self.b]) == .open)
        #expect(Self.verdict(second, Self.testimony(3, Self.b), authors: [Self.a, Self.b]) == .open)
    }

    @Test func `those who made the records together confirm them when each has trained them all`() {
        let makers: Set = [Self.a, Self.b]
        #expect(Self.verdict(Self.testimony(3, Self.a), authors: makers) == .unheard)
        #expect(Self.verdict(Self.testimony(3, Self.a), Self.testimony(4, Self.b), authors: makers) == .confirmed)
        let trial = Trial(authors: makers, testimonies: [Self.testimony(3, Self.a)])
        #expect(trial.concerned == makers && trial.spoken == [Self.a])
        #expect(Trial(authors: [Self.a], testimonies: []).spoken == [Self.a], "it said so by what it made")
    }

    /// It trained the first epochs again before it went on, and they came out other than what a liar had stored.
    @Test func `whoever has trained them all and differs does not stand behind records that are partly its own`() {
        let makers: Set = [Self.a, Self.b], second = Self.testimony(2, Self.b, Self.other(1))
        #expect(Self.verdict(second, authors: makers) == .open)
        #expect(Self.verdict(second, Self.testimony(3, Self.a), authors: makers) == .open, "a liar repeats itself")
        let overturned = Trial.Verdict.overturned(by: Attempt(rawValue: 2), against: [])
        #expect(Self.verdict(second, Self.testimony(3, Self.c, Self.other(1)), authors: makers) == overturned)
        let own = Self.testimony(2, Self.b, Self.other(1), isTrusted: true)
        #expect(Self.verdict(own, authors: makers, isLastWord: true) == overturned)
    }

    @Test func `a condemned key is no witness, neither of the stored records nor against them`() {
        let second = Self.testimony(2, Self.b, Self.other(1)), third = Self.testimony(3, Self.c, Self.other(1))
        #expect(
            Self.verdict(second, third, condemned: [Self.a]) == .overturned(by: Attempt(rawValue: 2), against: []))
        #expect(Self.verdict(second, condemned: [Self.b]) == .unheard)
        #expect(Self.verdict(Self.testimony(2, Self.b), condemned: [Self.a]) == .confirmed)
    }

    /// A liar may have trained it rightly, and whoever contradicts a liar may be the next one.
    @Test func `one word alone replaces no record of a condemned key, and two do`() {
        let lie = Self.testimony(2, Self.b, Self.other(1)), honest = Self.testimony(3, Self.c)
        #expect(Self.verdict(lie, condemned: [Self.a]) == .open)
        #expect(Self.verdict(lie, condemned: [Self.a], isLastWord: true) == .open)
        #expect(Self.verdict(lie, honest, condemned: [Self.a]) == .open)
        #expect(
            Self.verdict(lie, honest, Self.testimony(4, Self.d), condemned: [Self.a])
                == .upheld(against: Self.attempts(2)))
        let own = Self.testimony(2, Self.b, Self.other(1), isTrusted: true)
        #expect(Self.verdict(own, condemned: [Self.a]) == .open)
        #expect(
            Self.verdict(own, condemned: [Self.a], isLastWord: true)
                == .overturned(by: Attempt(rawValue: 2), against: []))
    }

    @Test func `where nobody else could be asked any word is better than records that the owner does not want`() {
        let second = Self.testimony(2, Self.b, Self.other(1)), third = Self.testimony(3, Self.c, Self.other(1, "y"))
        #expect(Self.verdict(second, unwanted: [Self.a]) == .open)
        #expect(
            Self.verdict(second, unwanted: [Self.a], isLastWord: true)
                == .overturned(by: Attempt(rawValue: 2), against: []))
        #expect(Self.verdict(second, third, unwanted: [Self.a], isLastWord: true) == .open)
        #expect(Self.verdict(Self.testimony(2, Self.b), unwanted: [Self.a], isLastWord: true) == .confirmed)
    }

    @Test func `where nobody else could be asked the owner's own host decides between equals, and only then`() {
        let stranger = Self.testimony(2, Self.b, Self.other(1))
        let own = Self.testimony(2, Self.b, Self.other(1), isTrusted: true)
        #expect(Self.verdict(stranger, areAuthorsTrusted: true) == .open)
        #expect(
            Self.verdict(stranger, areAuthorsTrusted: true, isLastWord: true) == .upheld(against: Self.attempts(2)))
        #expect(Self.verdict(own, isLastWord: true) == .overturned(by: Attempt(rawValue: 2), against: []))
        #expect(Self.verdict(own, areAuthorsTrusted: true, isLastWord: true) == .open)
        #expect(Self.verdict(stranger, isLastWord: true) == .open)
        let majority = [2, 3].map { Self.testimony($0, $0 == 2 ? Self.b : Self.c, Self.other(1)) }
        #expect(
            Self.verdict(majority[0], majority[1], areAuthorsTrusted: true, isLastWord: true)
                == .overturned(by: Attempt(rawValue: 2), against: []))
    }
}
