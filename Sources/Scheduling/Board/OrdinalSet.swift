/// Whole numbers from 0 on, in their order.
///
/// Adding, removing and looking up a member, and finding the next one from any place, take a step for each level, and
/// a level stands for 64 times what the one below does: three steps for a plan of 100,000 tasks. An array in order
/// would move half of itself for each member that comes or goes.
package struct OrdinalSet: Sendable {
    /// The first has a bit for each number; each of the others has one for each word of the level below that is not 0.
    /// The last is one word.
    private var levels: [[UInt64]] = [[0]]
    package private(set) var count = 0

    package init(_ members: some Sequence<Int> = []) {
        for member in members { insert(member) }
    }

    package var isEmpty: Bool { count == 0 }

    /// How many steps an operation takes.
    package var levelCount: Int { levels.count }

    package func contains(_ ordinal: Int) -> Bool {
        levels[0].indices.contains(ordinal / 64) && levels[0][ordinal / 64] & bit(of: ordinal) != 0
    }

    /// Changes nothing where it is a member.
    package mutating func insert(_ ordinal: Int) {
        guard !contains(ordinal) else { return }
        grow(toHold: ordinal)
        var place = ordinal
        for level in levels.indices {
            levels[level][place / 64] |= bit(of: place)
            place /= 64
        }
        count += 1
    }

    /// Changes nothing where it is no member.
    package mutating func remove(_ ordinal: Int) {
        guard contains(ordinal) else { return }
        var place = ordinal
        for level in levels.indices {
            levels[level][place / 64] &= ~bit(of: place)
            guard levels[level][place / 64] == 0 else { break }
            place /= 64
        }
        count -= 1
    }

    /// The lowest member that is not below `start`.
    package func first(from start: Int = 0) -> Int? {
        var place = start
        for level in levels.indices {
            guard place / 64 < levels[level].count else { return nil }
            let rest = levels[level][place / 64] & ~(bit(of: place) - 1)
            if rest != 0 { return lowest(below: place / 64 * 64 + rest.trailingZeroBitCount, on: level) }
            place = place / 64 + 1
        }
        return nil
    }

    /// All members, in their order.
    package var all: [Int] {
        var all: [Int] = []
        all.reserveCapacity(count)
        while let next = first(from: (all.last ?? -1) + 1) { all.append(next) }
        return all
    }

    /// The lowest member that a bit of a level stands for.
    private func lowest(below place: Int, on level: Int) -> Int {
        levels[..<level].reversed().reduce(place) { $0 * 64 + $1[$0].trailingZeroBitCount }
    }

    private func bit(of place: Int) -> UInt64 { 1 << UInt64(place % 64) }

    private mutating func grow(toHold ordinal: Int) {
        var word = ordinal / 64
        var level = 0
        while true {
            let missing = word + 1 - levels[level].count
            if missing > 0 { levels[level].append(contentsOf: repeatElement(0, count: missing)) }
            guard levels[level].count > 1 else { return }
            if level + 1 == levels.count { addLevel() }
            word /= 64
            level += 1
        }
    }

    private mutating func addLevel() {
        let below = levels.last!
        var words = [UInt64](repeating: 0, count: (below.count + 63) / 64)
        for place in below.indices where below[place] != 0 { words[place / 64] |= bit(of: place) }
        levels.append(words)
    }
}
