import HostSystem
import Testing
import WorkerAgent

struct CoreLeaseTests {
    @Test func `a core has one holder until its lease goes`() {
        let space = "test-\(UInt32.random(in: 0 ... .max))"
        let cores = [PhysicalCore(processors: [0]), PhysicalCore(processors: [1]), PhysicalCore(processors: [2])]
        var first = CoreLease.take(2, of: cores, space: space)
        #expect(first.map(\.core) == Array(cores[..<2]))
        #expect(CoreLease.take(2, of: cores, space: space).map(\.core) == [cores[2]])
        first = []
        #expect(CoreLease.take(3, of: cores, space: space).map(\.core) == cores)
    }
}
