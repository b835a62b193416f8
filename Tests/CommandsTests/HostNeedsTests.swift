import CommandFixtures
import CommandOutput
import Commands
import Testing

/// What a command needs of the host's limits.
struct HostNeedsTests {
    @Test func `a worker needs three descriptors and four threads for each slot`() {
        let one = HostNeeds.worker(slots: 1), four = HostNeeds.worker(slots: 4)
        #expect(four.descriptors - one.descriptors == 9 && four.threads - one.threads == 12)
        #expect(one.purpose == "a worker with 1 slot" && four.purpose == "a worker with 4 slots")
    }

    @Test func `a sweep needs what its worker needs, and more for what it serves`() {
        let alone = HostNeeds.sweep(slots: 1, takesWorkers: false, hasPage: false)
        let many = HostNeeds.sweep(slots: 100, takesWorkers: false, hasPage: false)
        let open = HostNeeds.sweep(slots: 1, takesWorkers: true, hasPage: false)
        let shown = HostNeeds.sweep(slots: 0, takesWorkers: true, hasPage: true)
        #expect(many.descriptors == HostNeeds.worker(slots: 100).descriptors)
        #expect(many.threads == 20 + HostNeeds.worker(slots: 100).threads)
        #expect(open.descriptors == alone.descriptors + 25 && open.threads == alone.threads + 1)
        #expect(shown.descriptors > open.descriptors && shown.threads > 20)
        #expect(alone.purpose == "this sweep with 1 slot")
        #expect(shown.purpose == "this sweep with 0 slots, --listen, --dashboard")
    }

    @Test func `the page takes no descriptor that workers or files need, whatever the limit`() {
        for takesWorkers in [false, true] {
            let needs = HostNeeds.sweep(slots: 2, takesWorkers: takesWorkers, hasPage: true)
            // Where workers may join, the router holds as many in reserve as the page may come to.
            let shares = takesWorkers ? 2 : 1
            let others = needs.descriptors - shares * needs.leastPageDescriptors
            for limit in [needs.descriptors, needs.descriptors + 1, 200, 256, 1023, 1024, 4096, 1 << 20, .max] {
                let page = needs.pageDescriptors(limit: limit)
                #expect(page >= needs.leastPageDescriptors && page <= 800)
                #expect(others + shares * page <= limit, "of \(limit)")
            }
        }
        #expect(HostNeeds.sweep(slots: 2, takesWorkers: true, hasPage: false).pageDescriptors(limit: 4096) == 0)
    }

    @Test func `each slot has two threads in the worker's process`() {
        let two = HostNeeds.worker(slots: 2), ten = HostNeeds.worker(slots: 10)
        #expect(ten.threadsOfProcess - two.threadsOfProcess == 16)
        let sweep = HostNeeds.sweep(slots: 10, takesWorkers: false, hasPage: false)
        #expect(sweep.threadsOfProcess == ten.threadsOfProcess, "the worker has more than its coordinator")
    }

    @Test func `what no host has is refused, with what it is for`() throws {
        try HostNeeds.worker(slots: 1).check()
        var needs = HostNeeds.worker(slots: 2)
        needs.descriptors = .max / 2
        let failure = commandFailure { try needs.check() }
        #expect(failure?.exitCode == .failed)
        #expect(failure?.message.contains("a worker with 2 slots") == true, "\(failure?.message ?? "")")
    }
}
