import Synchronization
import Testing
import Training

struct ThreadTeamTests {
    @Test(arguments: [1, 2, 5])
    func `a thread team does every unit once`(threads: Int) {
        let team = ThreadTeam(count: threads)
        for units in [0, 1, 2, 7, 100] {
            let counts = Mutex([Int](repeating: 0, count: units))
            team.forEach(units) { unit, member in
                #expect((0..<threads).contains(member))
                counts.withLock { $0[unit] += 1 }
            }
            #expect(counts.withLock { $0 } == [Int](repeating: 1, count: units))
        }
    }

    @Test func `a thread team cuts a batch into adjacent shards`() {
        for images in [1, 3, 4, 7, 8, 9, 31, 64, 100, 128, 4096] {
            let ranges = BatchShards(images: images).ranges
            #expect(ranges.count <= BatchShards.maximumCount)
            #expect(ranges.flatMap { Array($0) } == Array(0..<images))
        }
    }
}
