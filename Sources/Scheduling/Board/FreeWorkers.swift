import Experiment

/// Workers that can be given something now, the emptiest first; of several the first by name.
struct FreeWorkers: Sendable {
    private struct Entry: Sendable {
        let worker: WorkerID
        var slots: Int

        func precedes(_ other: Entry) -> Bool { (other.slots, worker) < (slots, other.worker) }
    }

    private var entries: [Entry]

    init(_ freeSlots: [(worker: WorkerID, slots: Int)]) {
        entries = freeSlots.map { Entry(worker: $0.worker, slots: $0.slots) }.sorted { $0.precedes($1) }
    }

    var names: [WorkerID] { entries.map(\.worker) }

    /// The one that is left; `nil` where there are none or others.
    var only: WorkerID? { entries.count == 1 ? entries[0].worker : nil }

    var isEmpty: Bool { entries.isEmpty }

    /// Takes a slot of the first worker, or of the second where that is the first.
    mutating func takeSlot(avoiding worker: WorkerID?) -> WorkerID {
        let place = entries.count > 1 && entries[0].worker == worker ? 1 : 0
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
