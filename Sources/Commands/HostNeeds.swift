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
    package let purpose: String

    /// Any command: with fewer descriptors, the language's runtime ends the process with a trap, and with fewer threads
    /// it waits for ever. Sweeps and workers need more, and say so themselves.
    ///
    /// - Throws: as `check`.
    package static func checkSmallest() throws(CommandFailure) {
        FileLimit.raise()
        FileSizeLimit.raise()
        // Enough for a sweep of one slot, so that it is not refused a second time.
        let refusal = FileLimit.current.refusal(of: 12, for: "sweep", advice: 64)
        if let reason = refusal ?? ProcessLimit.refusal(of: 4, for: "sweep") { throw CommandFailure(reason) }
    }

    /// `sweep worker`, or the part of `sweep run` that trains.
    package static func worker(slots: Int) -> HostNeeds {
        HostNeeds(
            descriptors: 20 + 3 * slots + startingDescriptors, threads: 12 + threadsOfTrainer * slots,
            purpose: slots == 1 ? "a worker with 1 slot" : "a worker with \(slots) slots")
    }

    /// `sweep run`, with the worker of its own host.
    ///
    /// - Parameters:
    ///   - slots: of this host.
    ///   - takesWorkers: whether workers of other hosts may join.
    package static func sweep(slots: Int, takesWorkers: Bool, hasPage: Bool) -> HostNeeds {
        let worker = slots > 0 ? worker(slots: slots) : nil
        // Each worker and each reader of the page takes one more: for the first eight there must be room.
        let listening = takesWorkers ? 1 + 8 + reservedDescriptors : 0
        let page = hasPage ? 1 + 8 + descriptorsOfEventLoop * eventLoopCount : 0
        let coordinator = 30 + startingDescriptors + listening + page
        let parts = [
            "\(slots) slot\(slots == 1 ? "" : "s")", takesWorkers ? "--listen" : nil, hasPage ? "--dashboard" : nil,
        ]
        return HostNeeds(
            descriptors: max(coordinator, worker?.descriptors ?? 0),
            threads: 20 + (hasPage ? 2 * eventLoopCount : 0) + (worker?.threads ?? 0),
            purpose: "this sweep with \(parts.compactMap { $0 }.joined(separator: ", "))")
    }

    /// Raises what can be raised.
    ///
    /// - Throws: which limit is too small, what is needed, and how to raise it.
    package func check() throws(CommandFailure) {
        FileLimit.raise()
        let refusal = FileLimit.current.refusal(of: descriptors, for: purpose)
        guard let reason = refusal ?? ProcessLimit.refusal(of: threads, for: purpose) else { return }
        throw CommandFailure(reason)
    }

    /// While a process is started, files are written or the journal is opened.
    private static let startingDescriptors = 8
    /// Kept by the router for files, where connections use all others up.
    private static let reservedDescriptors = 16
    /// Its process with its threads, and the worker's two that serve it.
    private static let threadsOfTrainer = 4
    /// The page is served by an event loop for each logical processor and one that listens, with a thread each, and as
    /// many threads for files.
    private static let eventLoopCount = ProcessInfo.processInfo.activeProcessorCount + 1
    private static let descriptorsOfEventLoop = 3
}
