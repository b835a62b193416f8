import Experiment
import Scheduling
import Testing

/// Audits wait in the order in which they came, whoever must not have them.
struct PendingAuditsTests {
    @Test func `the first is taken that is not of a certain author`() {
        var audits = PendingAudits()
        for (ordinal, author) in [(7, "a"), (3, "a"), (9, "b"), (1, nil), (4, "b")] as [(Int, WorkerID?)] {
            audits.append(.init(ordinal: ordinal, author: author.map(WorkerIdentity.name)))
        }
        #expect(audits.takeFirst(notBy: .name("a"))?.ordinal == 9)
        #expect(audits.takeFirst(notBy: .name("b"))?.ordinal == 7)
        #expect(audits.takeFirst(notBy: .name("a"))?.ordinal == 1)
        #expect(audits.takeFirst()?.ordinal == 3)
        #expect(audits.contains(4) && !audits.contains(3))
        #expect(audits.takeFirst(notBy: .name("b")) == nil && !audits.isEmpty)
        #expect(audits.takeFirst(notBy: .name("a"))?.ordinal == 4)
        #expect(audits.isEmpty)
    }

    /// The order of dispatch is part of what a simulated fleet repeats.
    @Test func `the queue gives what an array gives that is searched from its beginning, and looks at two at most`() {
        var random = SeededRandom(seed: 13)
        let authors: [WorkerIdentity?] = [.name("a"), .name("b"), .name("c"), nil]
        var audits = PendingAudits()
        var plain: [PendingAudits.Audit] = []
        for ordinal in 0..<3_000 {
            if random.chance(0.5) {
                let audit = PendingAudits.Audit(ordinal: ordinal, author: random.pick(authors))
                audits.append(audit)
                plain.append(audit)
            } else {
                let author = random.pick(authors)
                let place = plain.firstIndex { author == nil || $0.author != author }
                let before = audits.lookCount
                #expect(audits.takeFirst(notBy: author) == place.map { plain.remove(at: $0) })
                #expect(audits.lookCount - before <= 2)
            }
            #expect(audits.all == plain)
            #expect(audits.firstBrokenInvariant() == nil)
        }
    }
}
