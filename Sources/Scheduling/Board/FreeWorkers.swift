import Experiment

/// Workers that can be given something now, the emptiest first; of several the first by name.
struct FreeWorkers: Sendable {
    private struct Entry: Sendable {
        let worker: WorkerID
        let identity: WorkerIdentity
        var slots: Int

        func precedes(_ other: Entry) -> Bool { (other.slots, worker) < (slots, other.worker) }
    }

    private var entries: [Entry]

    init(_ freeSlots: [(worker: WorkerID, identity: WorkerIdentity, slots: Int)]) {
        entries = freeSlots.map { Entry(worker: $0.worker, identity: $0.identity, slots: $0.slots) }
            .sorted { $0.precedes($1) }
    }

    var names: [WorkerID] { entries.map(\.worker) }

    /// Who all are that are left; `nil` where there are none or others.
    var only: WorkerIdentity? {
        guard let first = entries.first?.identity, entries.allSatisfy({ $0.identity == first }) else { return nil }
        return first
    }

    var isEmpty: Bool { entries.isEmpty }

    /// Takes a slot of the first worker that is somebody else; of the first of all where nobody is.
    mutating func takeSlot(avoiding identity: WorkerIdentity?) -> WorkerID {
        let place = entries.firstIndex { $0.identity != identity } ?? 0
        var entry = entries.remove(at: place)
        entry.slots -= 1
        if entry.slots > 0 { entries.insert(entry, at: firstPlace(behind: entry)) }
        return entry.worker
    }

    private func firstPlace(behind entry: Entry) -> Int {
        var low = 0
        var high = entries.count
        while low < high {
            let middle = (low + high) / 2
            if entries[middle].precedes(entry) { low = middle + 1 } else { high = middle }
        }
        return low
    }
}
