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
}
