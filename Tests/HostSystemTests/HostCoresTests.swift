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

    @Test func `a core reads back from the argument that names it`() {
        let core = PhysicalCore(processors: [3, 7])
        #expect(core.text == "3,7" && PhysicalCore(text: core.text) == core)
        #expect(PhysicalCore(text: "0") == PhysicalCore(processors: [0]))
    }

    @Test(arguments: ["", ",", "1,", "a", "1 2", "-1", "16384"])
    func `what names no core is not read as one`(text: String) { #expect(PhysicalCore(text: text) == nil) }
}
