import Experiment

/// Workers that can be given something now, in the order in which they get it: the emptiest first, and of several the
/// first by name.
///
/// A task may have to avoid keys, which failed it or trained it before. So the workers of each key are a queue of their
/// own, and only the first of each queue is looked at: one more than there are keys to avoid.
///
/// A queue is an array in order. To find a place takes a step for each bit of its length. To make room there moves the
/// rest of the array in one piece, which for a thousand workers costs less than the messages that the change follows
/// from; `OrdinalSet`, which has no such moves, needs members that are numbers.
struct FreeWorkers: Sendable {
    private struct Entry: Sendable, Equatable {
        let worker: WorkerID
        let identity: WorkerIdentity
        let slots: Int

        func precedes(_ other: Entry) -> Bool { (other.slots, worker) < (slots, other.worker) }
    }

    /// By key. A key without free workers has no queue.
    private var queues: [WorkerIdentity: [Entry]] = [:]
    /// The first of each queue, in order.
    private var heads: [Entry] = []
    /// How many workers were looked at so far: the cost of finding those who get something.
    private(set) var lookCount = 0

    /// The keys that they have, in no order.
    var identities: some Collection<WorkerIdentity> { queues.keys }

    func contains(_ identity: WorkerIdentity) -> Bool { queues[identity] != nil }

    /// The first worker of this key; `nil` where there is none.
    mutating func first(of identity: WorkerIdentity) -> WorkerID? {
        guard let worker = queues[identity]?.first?.worker else { return nil }
        lookCount += 1
        return worker
    }

    /// The first worker of a key that is not among `barred`; `nil` where there is none.
    mutating func first(except barred: Set<WorkerIdentity> = []) -> WorkerID? {
        for head in heads {
            lookCount += 1
            if !barred.contains(head.identity) { return head.worker }
        }
        return nil
    }

    /// - Parameter slots: how many of the worker's are free; one at least.
    mutating func insert(_ worker: WorkerID, of identity: WorkerIdentity, slots: Int) {
        let entry = Entry(worker: worker, identity: identity, slots: slots)
        change(identity) { $0.insert(entry, at: Self.place(of: entry, in: $0)) }
    }

    /// - Parameter slots: the number with which it was inserted.
    mutating func remove(_ worker: WorkerID, of identity: WorkerIdentity, slots: Int) {
        let entry = Entry(worker: worker, identity: identity, slots: slots)
        change(identity) { queue in
            let place = Self.place(of: entry, in: queue)
            precondition(queue.indices.contains(place) && queue[place] == entry, "\(worker) is not among the free")
            queue.remove(at: place)
        }
    }

    private mutating func change(_ identity: WorkerIdentity, _ body: (inout [Entry]) -> Void) {
        let before = queues[identity]?.first
        body(&queues[identity, default: []])
        let after = queues[identity]!.first
        if after == nil { queues[identity] = nil }
        guard before != after else { return }
        if let before { heads.remove(at: Self.place(of: before, in: heads)) }
        if let after { heads.insert(after, at: Self.place(of: after, in: heads)) }
    }

    /// Where the entry is, or would be.
    private static func place(of entry: Entry, in entries: [Entry]) -> Int {
        var low = 0
        var high = entries.count
        while low < high {
            let middle = (low + high) / 2
            if entries[middle].precedes(entry) { low = middle + 1 } else { high = middle }
        }
        return low
    }
}

extension FreeWorkers {
    var count: Int { queues.values.reduce(0) { $0 + $1.count } }

    func contains(_ worker: WorkerID, of identity: WorkerIdentity, slots: Int) -> Bool {
        let entry = Entry(worker: worker, identity: identity, slots: slots)
        let queue = queues[identity] ?? []
        let place = Self.place(of: entry, in: queue)
        return queue.indices.contains(place) && queue[place] == entry
    }

    /// Whether each queue is in order, and the heads are the first of each.
    func firstBrokenInvariant() -> String? {
        for entries in queues.values + [heads] {
            for (entry, next) in zip(entries, entries.dropFirst()) where !entry.precedes(next) {
                return "\(next.worker) is behind \(entry.worker) among the free"
            }
        }
        guard heads.count == queues.count, heads.allSatisfy({ queues[$0.identity]?.first == $0 }) else {
            return "not the first of each key is asked first"
        }
        return nil
    }
}
