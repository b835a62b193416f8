import Experiment

/// The links between the coordinator and the workers: what is lost, late, doubled or out of order.
///
/// ZeroMQ over TCP keeps the order within a connection and doubles nothing; a fleet whose `isOrdered` is false has a
/// worse network than that.
struct FleetNetwork {
    enum Direction: Hashable {
        case toCoordinator
        case toWorker
    }

    struct Link: Hashable {
        let worker: FleetWorker.Index
        let direction: Direction
    }

    struct Faults {
        var dropRate = 0.0
        var duplicationRate = 0.0
        var slowest = VirtualTime.milliseconds(5)
        var isOrdered = true
    }

    var faults = Faults()
    private var cutUntil: [Link: VirtualTime] = [:]
    private var slowUntil: [Link: VirtualTime] = [:]
    private var lastArrival: [Link: VirtualTime] = [:]
    private(set) var droppedCount = 0
    private(set) var doubledCount = 0

    /// When a message that is sent now arrives: never, once or twice.
    mutating func arrivals(on link: Link, at now: VirtualTime, using random: inout SeededRandom) -> [VirtualTime] {
        guard !isCut(link, at: now), !random.chance(faults.dropRate) else {
            droppedCount += 1
            return []
        }
        let copies = random.chance(faults.duplicationRate) ? 2 : 1
        doubledCount += copies - 1
        let slowest = slowUntil[link].map { now < $0 } ?? false ? faults.slowest + .seconds(8) : faults.slowest
        let first = arrival(on: link, at: now, slowest: slowest, using: &random)
        guard copies > 1 else { return [first] }
        // The other one comes right behind it, so that both are taken in one turn, or in its own time.
        if random.chance(0.5) { return [first, first] }
        return [first, arrival(on: link, at: now, slowest: slowest, using: &random)]
    }

    private mutating func arrival(
        on link: Link, at now: VirtualTime, slowest: VirtualTime, using random: inout SeededRandom
    ) -> VirtualTime {
        let free = now + random.time(.milliseconds(1)...slowest)
        guard faults.isOrdered else { return free }
        let arrival = max(free, lastArrival[link] ?? free)
        lastArrival[link] = arrival
        return arrival
    }

    func isCut(_ link: Link, at now: VirtualTime) -> Bool {
        cutUntil[link].map { now < $0 } ?? false
    }

    mutating func cut(_ link: Link, until end: VirtualTime) {
        cutUntil[link] = max(end, cutUntil[link] ?? end)
    }

    mutating func slowDown(_ link: Link, until end: VirtualTime) {
        slowUntil[link] = end
    }

    mutating func heal() {
        faults = Faults()
        slowUntil = [:]
        cutUntil = [:]
    }
}
