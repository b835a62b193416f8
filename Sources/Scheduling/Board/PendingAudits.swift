import Experiment

/// Finished tasks that wait to be trained a second time, in the order in which they came.
///
/// Nobody audits what he trained himself while there are others. So a dispatch may want the first that is not of a
/// certain author: those of each are a queue of their own, and only the first of each queue is looked at.
package struct PendingAudits: Sendable {
    package struct Audit: Sendable, Equatable {
        package let ordinal: Int
        /// Whose record finished the task.
        package let author: WorkerIdentity?

        package init(ordinal: Int, author: WorkerIdentity?) {
            self.ordinal = ordinal
            self.author = author
        }
    }

    private struct Entry: Sendable {
        let audit: Audit
        /// The place of the next one of the same author.
        var next: Int?
    }

    /// Every audit since the queue was empty last; the place of each says when it came.
    private var entries: [Entry] = []
    /// The place of the first that waits of each author.
    private var heads = OrdinalSet()
    /// The place of the last that waits of each author.
    private var tails: [WorkerIdentity?: Int] = [:]
    /// The ordinals of all that wait.
    private var members = OrdinalSet()
    /// How many audits were looked at so far: the cost of dispatching them.
    package private(set) var lookCount = 0

    package init() {}

    package var isEmpty: Bool { members.isEmpty }

    package func contains(_ ordinal: Int) -> Bool { members.contains(ordinal) }

    package mutating func append(_ audit: Audit) {
        precondition(!contains(audit.ordinal), "the audit of task \(audit.ordinal) waits already")
        let place = entries.count
        entries.append(Entry(audit: audit))
        if let last = tails.updateValue(place, forKey: audit.author) {
            entries[last].next = place
        } else {
            heads.insert(place)
        }
        members.insert(audit.ordinal)
    }

    /// - Parameter author: whose tasks are left where they are; `nil` leaves none.
    package mutating func takeFirst(notBy author: WorkerIdentity? = nil) -> Audit? {
        guard let place = firstPlace(notBy: author) else { return nil }
        let entry = entries[place]
        heads.remove(place)
        if let next = entry.next { heads.insert(next) } else { tails[entry.audit.author] = nil }
        members.remove(entry.audit.ordinal)
        if members.isEmpty { entries = [] }
        return entry.audit
    }

    private mutating func firstPlace(notBy author: WorkerIdentity?) -> Int? {
        guard let first = heads.first() else { return nil }
        lookCount += 1
        guard let author, entries[first].audit.author == author else { return first }
        guard let second = heads.first(from: first + 1) else { return nil }
        lookCount += 1
        return second
    }
}

extension PendingAudits {
    /// All that wait, in their order. Looks at every one that came.
    package var all: [Audit] {
        var places: [Int] = []
        var head = heads.first()
        while let first = head {
            var place: Int? = first
            while let current = place {
                places.append(current)
                place = entries[current].next
            }
            head = heads.first(from: first + 1)
        }
        return places.sorted().map { entries[$0].audit }
    }

    /// `nil` where the queues, their ends and the set of all members say the same.
    package func firstBrokenInvariant() -> String? {
        let all = all
        guard all.count == members.count, all.allSatisfy({ members.contains($0.ordinal) }) else {
            return "\(all.count) audits wait in queues, and \(members.count) wait"
        }
        guard Set(all.map(\.author)).count == heads.count, tails.count == heads.count else {
            return "\(heads.count) queues of audits begin, and \(tails.count) end"
        }
        for (author, place) in tails {
            guard entries[place].next == nil, entries[place].audit.author == author else {
                return "the queue of audits of \(author.map { "\($0)" } ?? "nobody") has a wrong end"
            }
        }
        return nil
    }
}
