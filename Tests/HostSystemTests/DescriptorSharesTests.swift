import HostSystem
import Testing

/// The parts of a process share its descriptors out.
struct DescriptorSharesTests {
    @Test(arguments: [8, 22, 23, 100, 800])
    func `readers of the page are few enough for their descriptors`(descriptors: Int) {
        let count = DescriptorShares.pageConnections(descriptors: descriptors)
        #expect(count >= 1 && DescriptorShares.descriptors(pageConnections: count) <= descriptors)
        #expect(DescriptorShares.descriptors(pageConnections: count + 1) > descriptors, "one more would be too many")
    }

    @Test func `one reader is let in however few there are`() {
        #expect(DescriptorShares.pageConnections(descriptors: 0) == 1)
    }

    @Test func `few connections wait where few descriptors are left for them`() {
        #expect([64, 1023].allSatisfy { DescriptorShares.waitingConnections(limit: $0) == 8 })
        #expect(DescriptorShares.waitingConnections(limit: 1024) == 100)
    }
}
