import CommandOutput
import Foundation
import HostSystem

/// What a command needs of the limits of this host. Too small a limit is met before anything begins: libzmq and the
/// language's runtime abort the process, or wait for ever, where they get no descriptor or thread.
package struct HostNeeds: Equatable {
    /// Files, sockets and pipes that one process has open at once.
    package var descriptors: Int
    /// Threads and processes, of all processes together.
    package var threads: Int
    /// The most threads that one of these processes comes to.
    package var threadsOfProcess: Int
    /// Kept, of `descriptors`, for those who read the page; more where the limit allows it, see `pageDescriptors`.
    package var leastPageDescriptors = 0
    /// The page has one in so many of the further descriptors that the limit allows.
    private var pageDivisor = 1
    package let purpose: String

    /// Any command: with fewer descriptors, the language's runtime ends the process with a trap, and with fewer threads
    /// it waits for ever. Sweeps and workers need more, and say so themselves.
    ///
    /// - Throws: as `check`.
    package static func checkSmallest() throws(CommandFailure) {
        FileLimit.raise()
        FileSizeLimit.raise()
        MemoryLimit.raise()
        ProcessorTimeLimit.raise()
        // Enough for a sweep of one slot, so that it is not refused a second time.
        let refusal =
            FileLimit.current.refusal(of: 12, for: "sweep", advice: 64)
            ?? MemoryLimit.refusal(ofStacks: 4, for: "sweep") ?? ProcessLimit.refusal(of: 4, for: "sweep")
        if let refusal { throw CommandFailure(refusal) }
    }

    /// `sweep worker`, or the part of `sweep run` that trains.
    package static func worker(slots: Int) -> HostNeeds {
        HostNeeds(
            descriptors: 20 + 3 * slots + startingDescriptors, threads: 12 + threadsOfTrainer * slots,
            threadsOfProcess: 9 + 2 * slots,
            purpose: slots == 1 ? "a worker with 1 slot" : "a worker with \(slots) slots")
    }

    /// `sweep run`, with the worker of its own host.
    ///
    /// - Parameters:
    ///   - slots: of this host.
    ///   - takesWorkers: whether workers of other hosts may join.
    package static func sweep(slots: Int, takesWorkers: Bool, hasPage: Bool) -> HostNeeds {
        let worker = slots > 0 ? worker(slots: slots) : nil
        let readers = hasPage ? descriptorsOfReaders : 0
        // Each worker takes one more: for the first ones there must be room. The router keeps those of the page's
        // readers in its reserve besides, since connections could have taken them when a reader comes.
        let listening = takesWorkers ? 1 + leastWorkers + reservedDescriptors + readers : 0
        let page = hasPage ? 1 + readers + descriptorsOfEventLoop * eventLoopCount : 0
        // Whoever takes workers lets them in on a thread of its own.
        let coordinatorThreads = (hasPage ? 2 * eventLoopCount : 0) + (takesWorkers ? 1 : 0)
        let coordinator = 30 + startingDescriptors + listening + page
        let parts = [
            "\(slots) slot\(slots == 1 ? "" : "s")", takesWorkers ? "--listen" : nil, hasPage ? "--dashboard" : nil,
        ]
        return HostNeeds(
            descriptors: max(coordinator, worker?.descriptors ?? 0),
            threads: 20 + coordinatorThreads + (worker?.threads ?? 0),
            threadsOfProcess: max(13 + coordinatorThreads, worker?.threadsOfProcess ?? 0),
            leastPageDescriptors: readers, pageDivisor: takesWorkers ? 8 : 1,
            purpose: "this sweep with \(parts.compactMap { $0 }.joined(separator: ", "))")
    }

    /// How many descriptors those who read the page may take under a limit that suffices, so that the sweep itself and
    /// its workers always have theirs.
    package func pageDescriptors(limit: Int = FileLimit.current.soft) -> Int {
        guard leastPageDescriptors > 0 else { return 0 }
        return min(leastPageDescriptors + max(0, limit - descriptors) / pageDivisor, Self.mostPageDescriptors)
    }

    /// Raises what can be raised.
    ///
    /// - Throws: which limit is too small, what is needed, and how to raise it.
    package func check() throws(CommandFailure) {
        FileLimit.raise()
        MemoryLimit.raise()
        let refusal =
            FileLimit.current.refusal(of: descriptors, for: purpose)
            ?? MemoryLimit.refusal(threads: threadsOfProcess, for: purpose)
            ?? ProcessLimit.refusal(of: threads, for: purpose)
        if let refusal { throw CommandFailure(refusal) }
    }

    /// While a process is started, files are written or the journal is opened.
    private static let startingDescriptors = 8
    private static let leastWorkers = 8
    /// What a router at one address holds in reserve, where connections use all others up and the limit is small.
    private static let reservedDescriptors = DescriptorShares.waitingConnections(limit: 0) + DescriptorShares.files
    /// Its process with its threads, and the worker's two that serve it.
    private static let threadsOfTrainer = 4
    /// The page is served by an event loop for each logical processor and one that listens, with a thread each, and as
    /// many threads for files.
    private static let eventLoopCount = ProcessInfo.processInfo.activeProcessorCount + 1
    private static let descriptorsOfEventLoop = 3
    private static let descriptorsOfReaders = DescriptorShares.descriptors(pageConnections: 8)
    private static let mostPageDescriptors = DescriptorShares.descriptors(pageConnections: 397)
}
