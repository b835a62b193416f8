import Experiment
import Scheduling

/// The one clock of a simulated fleet; each process in it sees only how long it has run itself.
package struct VirtualTime: Hashable, Comparable {
    package var milliseconds: Int

    static func milliseconds(_ count: Int) -> Self { Self(milliseconds: count) }

    static func seconds(_ count: Int) -> Self { Self(milliseconds: 1000 * count) }

    package static func < (left: Self, right: Self) -> Bool { left.milliseconds < right.milliseconds }

    static func + (left: Self, right: Self) -> Self { Self(milliseconds: left.milliseconds + right.milliseconds) }

    /// The instant that a process which was started at `origin` has at this time.
    func instant(from origin: Self) -> Instant {
        Instant(sinceOrigin: .milliseconds(milliseconds - origin.milliseconds))
    }

    /// The first time that is not before `instant`.
    init(_ instant: Instant, from origin: Self) {
        let parts = instant.sinceOrigin.components
        let wholeMilliseconds = (parts.attoseconds + 999_999_999_999_999) / 1_000_000_000_000_000
        milliseconds = origin.milliseconds + Int(parts.seconds * 1000 + wholeMilliseconds)
    }

    init(milliseconds: Int) {
        self.milliseconds = milliseconds
    }
}

/// Everything that is to happen, the earliest first; of two at the same time the one that was entered first.
struct Agenda<Happening> {
    private struct Entry {
        let time: VirtualTime
        let number: Int
        let happening: Happening

        func isBefore(_ other: Self) -> Bool { (time, number) < (other.time, other.number) }
    }

    /// A binary heap.
    private var entries: [Entry] = []
    private var enteredCount = 0

    mutating func enter(_ happening: Happening, at time: VirtualTime) {
        entries.append(Entry(time: time, number: enteredCount, happening: happening))
        enteredCount += 1
        var place = entries.count - 1
        while place > 0, entries[place].isBefore(entries[(place - 1) / 2]) {
            entries.swapAt(place, (place - 1) / 2)
            place = (place - 1) / 2
        }
    }

    mutating func takeFirst() -> (time: VirtualTime, happening: Happening)? {
        guard let first = entries.first else { return nil }
        let last = entries.removeLast()
        if !entries.isEmpty {
            entries[0] = last
            sink()
        }
        return (first.time, first.happening)
    }

    private mutating func sink() {
        var place = 0
        while true {
            let children = [2 * place + 1, 2 * place + 2].filter { $0 < entries.count }
            guard let least = children.min(by: { entries[$0].isBefore(entries[$1]) }),
                entries[least].isBefore(entries[place])
            else { return }
            entries.swapAt(place, least)
            place = least
        }
    }
}

extension SeededRandom {
    mutating func time(_ range: ClosedRange<VirtualTime>) -> VirtualTime {
        VirtualTime(milliseconds: integer(range.lowerBound.milliseconds...range.upperBound.milliseconds))
    }
}
