import Statistics
import Testing

struct ImageOutcomesTests {
    @Test(arguments: [1, 7, 8, 63, 64, 65, 1_003, 10_000])
    func `bits survive the way to bytes and back`(count: Int) throws {
        var random = TestRandom(seed: UInt64(count))
        let bits = (0..<count).map { _ in random.uniform() < 0.7 }
        let outcomes = ImageOutcomes(bits)
        #expect(outcomes.count == count)
        #expect((0..<count).map { outcomes[$0] } == bits)
        #expect(outcomes.rightCount == bits.count { $0 })
        #expect(outcomes.bytes.count == (count + 7) / 8)
        #expect(ImageOutcomes(count: count, bytes: outcomes.bytes) == outcomes)
    }

    @Test func `the bytes are those of numpy's packbits in little order`() {
        // numpy.packbits([1,0,1,1,0,0,0,0, 1,1], bitorder="little") → [13, 3]
        let bits = [true, false, true, true, false, false, false, false, true, true]
        #expect(ImageOutcomes(bits).bytes == [13, 3])
    }

    @Test func `bytes that are not a test set's are refused`() {
        #expect(ImageOutcomes(count: 10, bytes: [1]) == nil)
        #expect(ImageOutcomes(count: 10, bytes: [1, 2, 3]) == nil)
        #expect(ImageOutcomes(count: 10, bytes: [255, 4]) == nil)
        #expect(ImageOutcomes(count: -1, bytes: [UInt8]()) == nil)
        #expect(ImageOutcomes(count: 10, bytes: [255, 3])?.rightCount == 10)
        #expect(ImageOutcomes(count: 0, bytes: [UInt8]())?.count == 0)
    }

    @Test(arguments: 0..<10)
    func `agreement counts each image once`(seed: UInt64) {
        var random = TestRandom(seed: seed)
        let count = 1 + random.index(below: 300)
        let (first, second) = (
            random.outcomes(Array(repeating: 0.7, count: count)), random.outcomes(Array(repeating: 0.5, count: count))
        )
        let agreement = Agreement(first, second)
        let pairs = (0..<count).map { (first[$0], second[$0]) }
        #expect(agreement.both == pairs.count { $0 && $1 }, "seed \(seed)")
        #expect(agreement.onlyFirst == pairs.count { $0 && !$1 }, "seed \(seed)")
        #expect(agreement.onlySecond == pairs.count { !$0 && $1 }, "seed \(seed)")
        #expect(agreement.neither == pairs.count { !$0 && !$1 }, "seed \(seed)")
        #expect(agreement.count == count)
    }
}

struct McNemarTests {
    @Test func `only the images on which one is right alone matter, and which one does not`() {
        func p(_ b: Int, _ c: Int, both: Int = 0) -> Double {
            Agreement(both: both, onlyFirst: b, onlySecond: c, neither: both).mcNemarP
        }
        #expect(p(0, 0) == 1)
        #expect(p(3, 3) == 1)
        #expect(p(0, 1) == 1)
        #expect(p(0, 5) == 0.0625)
        #expect(p(0, 6) == 0.03125)
        #expect(p(1, 5) == 14 / 64.0)
        #expect(p(612, 744) == p(744, 612, both: 8_000))
    }

    @Test func `ten thousand images that all speak for one side underflow to 0, not to NaN`() {
        #expect(Agreement(both: 0, onlyFirst: 10_000, onlySecond: 0, neither: 0).mcNemarP == 0)
        #expect(Agreement(both: 0, onlyFirst: 0, onlySecond: 900, neither: 0).mcNemarP > 0)
    }
}
