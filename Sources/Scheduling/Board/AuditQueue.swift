import Experiment

/// Finished tasks that wait to be trained once more, and the key whose turn each is.
///
/// A task waits for a slot of the key that was drawn for it (`AuditLots`), and not for any slot: two that lie, and say
/// that they have many slots, would see to it that they check each other.
///
/// Tasks that are kept from the same keys are in one group. A fleet has few such sets of keys, however many tasks wait.
package struct AuditQueue: Sendable {
    /// Whom a task is kept from.
    package struct Bar: Sendable, Hashable {
        /// Word stands against word. Such a task comes before those of which a second execution is merely wanted.
        package let isDispute: Bool
        /// Had a hand in the task, or failed to audit it too often, and are asked where nobody else can be.
        package let concerned: Set<WorkerIdentity>
        /// Have said what they can say.
        package let spoken: Set<WorkerIdentity>

        package init(isDispute: Bool = false, concerned: Set<WorkerIdentity>, spoken: Set<WorkerIdentity>) {
            self.isDispute = isDispute
            self.concerned = concerned
            self.spoken = spoken
        }
    }

    private struct Entry: Sendable {
        let bar: Bar
        var drawn: WorkerIdentity?
    }

    /// The tasks of one bar for which somebody who is not concerned is still to be drawn.
    private struct Group: Sendable {
        /// Nobody is drawn.
        var undrawn = OrdinalSet()
        /// Somebody concerned is, since nobody else was there.
        var own = OrdinalSet()
        /// Of the bar in all.
        var count = 0
    }

    /// The tasks that are a key's turn.
    private struct Turns: Sendable {
        var disputes = OrdinalSet()
        var audits = OrdinalSet()

        var isEmpty: Bool { disputes.isEmpty && audits.isEmpty }
        var first: Int? { disputes.first() ?? audits.first() }
    }

    private var entries: [Int: Entry] = [:]
    private var groups: [Bar: Group] = [:]
    /// By key. A key that has no turn has no entry.
    private var turns: [WorkerIdentity: Turns] = [:]
    /// How many disputes wait.
    package private(set) var disputeCount = 0

    package init() {}

    package var isEmpty: Bool { entries.isEmpty }

    package func contains(_ ordinal: Int) -> Bool { entries[ordinal] != nil }

    package func isDispute(_ ordinal: Int) -> Bool { entries[ordinal]?.bar.isDispute == true }

    /// `nil` for a task that does not wait.
    package func bar(of ordinal: Int) -> Bar? { entries[ordinal]?.bar }

    package func drawn(for ordinal: Int) -> WorkerIdentity? { entries[ordinal]?.drawn }

    /// Enters a task, or changes whom one that waits is kept from. It is nobody's turn.
    package mutating func insert(_ ordinal: Int, _ bar: Bar) {
        remove(ordinal)
        entries[ordinal] = Entry(bar: bar)
        groups[bar, default: Group()].undrawn.insert(ordinal)
        groups[bar]!.count += 1
        if bar.isDispute { disputeCount += 1 }
    }

    package mutating func remove(_ ordinal: Int) {
        undraw(ordinal)
        guard let bar = entries.removeValue(forKey: ordinal)?.bar else { return }
        groups[bar]!.undrawn.remove(ordinal)
        groups[bar]!.count -= 1
        if groups[bar]!.count == 0 { groups[bar] = nil }
        if bar.isDispute { disputeCount -= 1 }
    }

    /// From now on it is this key's turn; nobody's where `identity` is `nil`.
    package mutating func draw(_ identity: WorkerIdentity?, for ordinal: Int) {
        undraw(ordinal)
        guard let identity, let bar = entries[ordinal]?.bar else { return }
        entries[ordinal]!.drawn = identity
        groups[bar]!.undrawn.remove(ordinal)
        if bar.concerned.contains(identity) { groups[bar]!.own.insert(ordinal) }
        if bar.isDispute {
            turns[identity, default: Turns()].disputes.insert(ordinal)
        } else {
            turns[identity, default: Turns()].audits.insert(ordinal)
        }
    }

    private mutating func undraw(_ ordinal: Int) {
        guard let entry = entries[ordinal], let drawn = entry.drawn else { return }
        entries[ordinal]!.drawn = nil
        groups[entry.bar]!.own.remove(ordinal)
        groups[entry.bar]!.undrawn.insert(ordinal)
        turns[drawn]!.disputes.remove(ordinal)
        turns[drawn]!.audits.remove(ordinal)
        if turns[drawn]!.isEmpty { turns[drawn] = nil }
    }

    // MARK: By key

    /// The keys whose turn some task is.
    package var drawnKeys: some Collection<WorkerIdentity> { turns.keys }

    package func hasTurn(_ identity: WorkerIdentity) -> Bool { turns[identity] != nil }

    /// The first task that is the key's turn; disputes come first.
    package func first(of identity: WorkerIdentity) -> Int? { turns[identity]?.first }

    /// Every task that is the key's turn is nobody's again.
    package mutating func undrawAll(of identity: WorkerIdentity) {
        while let ordinal = first(of: identity) { undraw(ordinal) }
    }

    // MARK: By bar

    package var bars: some Collection<Bar> { groups.keys }

    /// Whether some task of the bar is the turn of somebody concerned.
    package func hasOwn(_ bar: Bar) -> Bool { groups[bar]?.own.isEmpty == false }

    /// Those of the bar that are nobody's turn, in the order of the plan; with `withOwn`, also those that are the turn
    /// of somebody concerned.
    package func undrawn(_ bar: Bar, withOwn: Bool) -> [Int] {
        guard let group = groups[bar] else { return [] }
        return (group.undrawn.all + (withOwn ? group.own.all : [])).sorted()
    }

    // MARK: All

    /// All that wait, in the order of the plan.
    package var all: [Int] { entries.keys.sorted() }

    /// Those of them of which word stands against word.
    package var disputes: [Int] { disputeCount == 0 ? [] : all.filter(isDispute) }
}

extension AuditQueue {
    /// `nil` where groups and turns are what the entries say.
    package func firstBrokenInvariant() -> String? {
        for (ordinal, entry) in entries {
            let group = groups[entry.bar]
            guard group?.undrawn.contains(ordinal) == (entry.drawn == nil) else {
                return "task \(ordinal) waits, and is drawn and undrawn"
            }
            let isOwn = entry.drawn.map { entry.bar.concerned.contains($0) } ?? false
            guard group?.own.contains(ordinal) == isOwn else { return "task \(ordinal) is in a wrong group" }
            guard let drawn = entry.drawn else { continue }
            let list = entry.bar.isDispute ? turns[drawn]?.disputes : turns[drawn]?.audits
            guard list?.contains(ordinal) == true else { return "task \(ordinal) is not the turn of its key" }
        }
        let drawnCount = turns.values.reduce(0) { $0 + $1.disputes.count + $1.audits.count }
        guard drawnCount == entries.values.count(where: { $0.drawn != nil }),
            groups.values.reduce(0, { $0 + $1.count }) == entries.count,
            disputeCount == entries.values.count(where: \.bar.isDispute)
        else { return "\(drawnCount) tasks are somebody's turn, of \(entries.count) that wait" }
        return nil
    }
}
