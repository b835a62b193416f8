import Foundation
import Testing
import WorkerAgent

struct HostCoresTests {
    @Test func logicalProcessorsOfOneCoreAreGrouped() {
        let siblings = [0: "0,4", 1: "1,5", 4: "0,4", 5: "1,5", 3: "3"]
        let cores = HostCores.cores(of: [5, 3, 0, 4, 1]) { siblings[$0]! }
        #expect(cores.map(\.processors) == [[0, 4], [1, 5], [3]])
    }

    @Test func thisHostHasACore() {
        let cores = HostCores.allowed()
        #expect(!cores.isEmpty)
        #expect(Set(cores.flatMap(\.processors)).count == cores.reduce(0) { $0 + $1.processors.count })
    }

    @Test func aCoreHasOneHolderUntilItsLeaseGoes() {
        let space = "test-\(UInt32.random(in: 0 ... .max))"
        let cores = [PhysicalCore(processors: [0]), PhysicalCore(processors: [1]), PhysicalCore(processors: [2])]
        var first = CoreLease.take(2, of: cores, space: space)
        #expect(first.map(\.core) == Array(cores[..<2]))
        #expect(CoreLease.take(2, of: cores, space: space).map(\.core) == [cores[2]])
        first = []
        #expect(CoreLease.take(3, of: cores, space: space).map(\.core) == cores)
    }
}
