import Foundation
import TestSupport
import Testing

/// What a test waits for of workers. It comes from the journal and the files of keys, not from what they print.
extension Sandbox {
    /// Waits until the coordinator has stored that a worker of this name joined.
    ///
    /// - Parameter process: of the worker, which has to run until then.
    func waitForWorker(
        _ name: String, _ process: Program, in run: String = "run", sourceLocation: SourceLocation = #_sourceLocation
    ) async throws {
        try await waitForWorkers("the worker \(name)", process, run, sourceLocation) { $0.contains(name) }
    }

    /// Waits until the coordinator has stored that so many workers joined, under whatever names.
    ///
    /// - Parameter process: of one of them, which has to run until then.
    func waitForWorkers(
        _ count: Int, _ process: Program, in run: String = "run", sourceLocation: SourceLocation = #_sourceLocation
    ) async throws {
        try await waitForWorkers("\(count) workers", process, run, sourceLocation) { $0.count >= count }
    }

    private func waitForWorkers(
        _ what: String, _ process: Program, _ run: String, _ sourceLocation: SourceLocation,
        isMet: ([String]) -> Bool
    ) async throws {
        try await waitUntil("\(what) in the journal of \(run)", knowing: process.errors) {
            // Before the look: what it said at last is seen then.
            let wasRunning = process.isRunning
            let workers: [String] = try journalValues("SELECT id FROM workers", in: run)
            if isMet(workers) { return true }
            try #require(
                wasRunning, "it ended before \(what) joined; there are \(workers)\n\(process.errors)",
                sourceLocation: sourceLocation)
            return false
        }
    }

    /// Waits until records of the worker are stored.
    func waitForRecords(
        of worker: String, storedBy coordinator: Program, in run: String,
        sourceLocation: SourceLocation = #_sourceLocation
    ) async throws {
        try await waitUntil("a record of \(worker) in the journal of \(run)", knowing: coordinator.errors) {
            let wasRunning = coordinator.isRunning
            let sql = "SELECT DISTINCT worker FROM records JOIN attempts USING (task, attempt)"
            let workers: [String] = try journalValues(sql, in: run)
            if workers.contains(worker) { return true }
            try #require(
                wasRunning, "the sweep ended without a record of \(worker)\n\(coordinator.errors)",
                sourceLocation: sourceLocation)
            return false
        }
    }

    /// Waits until a worker has written down which key its coordinator will have next: it finds it under either key
    /// then, also when it is started again.
    func waitForNextCoordinatorKey(
        keptBy worker: Program, sourceLocation: SourceLocation = #_sourceLocation
    ) async throws {
        try await waitUntil("the coordinator's next key on the worker's disk", knowing: worker.errors) {
            let wasRunning = worker.isRunning
            // There is no such file before.
            if try files("config/sweep/worker-keys").contains(where: { $0.hasSuffix(".coordinator") }) { return true }
            try #require(
                wasRunning, "it ended without the coordinator's next key\n\(worker.errors)",
                sourceLocation: sourceLocation)
            return false
        }
    }
}
