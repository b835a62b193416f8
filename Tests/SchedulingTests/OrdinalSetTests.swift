import Experiment
import Scheduling
import Testing

/// A set of ordinals finds its members in their order, in a step for each level.
struct OrdinalSetTests {
    @Test(arguments: [1, 63, 64, 65, 4_095, 4_096, 4_097, 300_000])
    func `an ordinal set says what a plain set says, whatever comes and goes`(limit: Int) {
        var random = SeededRandom(seed: UInt64(limit))
        var set = OrdinalSet()
        var plain: Set<Int> = []
        for _ in 0..<2_000 {
            let ordinal = random.integer(0...limit - 1)
            if random.chance(0.6) {
                set.insert(ordinal)
                plain.insert(ordinal)
            } else {
                set.remove(ordinal)
                plain.remove(ordinal)
            }
            let start = random.integer(0...limit)
            #expect(set.contains(ordinal) == plain.contains(ordinal))
            #expect(set.first(from: start) == plain.filter { $0 >= start }.min(), "from \(start)")
            #expect(set.count == plain.count && set.isEmpty == plain.isEmpty)
        }
        var members: [Int] = []
        while let first = set.first() {
            members.append(first)
            set.remove(first)
        }
        #expect(members == plain.sorted())
    }

    @Test func `a plan of 100,000 tasks takes three steps, and one more member for ever no more`() {
        var set = OrdinalSet(0..<100_000)
        #expect(set.levelCount == 3 && set.first(from: 99_999) == 99_999 && set.first(from: 100_000) == nil)
        set.insert(262_143)
        #expect(set.levelCount == 3)
        set.insert(262_144)
        #expect(set.levelCount == 4 && set.first(from: 100_000) == 262_143)
    }
}
