import Foundation
import HostSystem
import Testing

struct HostCoresTests {
    @Test func `logical processors of one core are grouped`() {
        let siblings = [0: "0,4", 1: "1,5", 4: "0,4", 5: "1,5", 3: "3"]
        let cores = HostCores.cores(of: [5, 3, 0, 4, 1]) { siblings[$0]! }
        #expect(cores.map(\.processors) == [[0, 4], [1, 5], [3]])
    }

    @Test func `this host has a core`() {
        let cores = HostCores.allowed()
        #expect(!cores.isEmpty)
        #expect(Set(cores.flatMap(\.processors)).count == cores.reduce(0) { $0 + $1.processors.count })
    }

    /// Of a host that had more, say.
    @Test func `a thread is bound to the processors that are there, and others are passed over`() async throws {
        let first = try #require(HostCores.allowed().first?.processors.first)
        let bound = await withCheckedContinuation { continuation in
            Thread.detachNewThread {
                func binding(to processors: [Int]) -> [Int] {
                    PhysicalCore(processors: processors).bindThisThread()
                    return HostCores.allowed().flatMap(\.processors)
                }
                continuation.resume(returning: [binding(to: [-1, first, 1 << 20]), binding(to: [-1, 1 << 20])])
            }
        }
        #expect(bound == [[first], [first]], "to nothing that is there it is not bound at all")
    }
}
