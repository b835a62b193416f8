import Foundation
import TestSupport
import Testing

/// What a test needs that acts in the middle of a run: to see it under way, and to hold it there.
///
/// What it sees comes from the journal, not from the terminal: a line may be read when the sweep has long gone on.
/// No machine is too fast for such a test that acts at once and gives its tasks a second of training on the fastest, or
/// that takes several steps while the processes are frozen which would go on.
extension Sandbox {
    /// Waits until the journal has so many epochs, of all tasks together.
    func waitForEpochs(
        _ count: Int, storedBy coordinator: Program, in run: String = "run",
        sourceLocation: SourceLocation = #_sourceLocation
    ) async throws {
        try await waitForJournal("\(count) stored epochs", coordinator, run, sourceLocation) { epochs in
            epochs.reduce(0, +) >= count
        }
    }

    /// Waits until the journal has so many epochs of each of its tasks.
    func waitForEpochs(
        _ count: Int, ofEachTaskStoredBy coordinator: Program, in run: String = "run",
        sourceLocation: SourceLocation = #_sourceLocation
    ) async throws {
        try await waitForJournal("\(count) stored epochs of each task", coordinator, run, sourceLocation) { epochs in
            !epochs.isEmpty && epochs.allSatisfy { $0 >= count }
        }
    }

    /// - Parameter isMet: gets the number of epochs that the journal has of each task.
    private func waitForJournal(
        _ what: String, _ coordinator: Program, _ run: String, _ sourceLocation: SourceLocation,
        isMet: ([Int]) -> Bool
    ) async throws {
        try await waitUntil("\(what) in \(run)", knowing: coordinator.errors) {
            // Before the look: what it stored at last is seen then.
            let wasRunning = coordinator.isRunning
            let epochs = try storedEpochs(in: run)
            if isMet(epochs) { return true }
            try #require(
                wasRunning, "the sweep ended with \(epochs), before \(what)\n\(coordinator.errors)",
                sourceLocation: sourceLocation)
            return false
        }
        try requireUnfinished(run, sourceLocation: sourceLocation)
    }

    /// Fails the test where every task is done: what it does next is meant for a sweep that trains.
    func requireUnfinished(_ run: String = "run", sourceLocation: SourceLocation = #_sourceLocation) throws {
        let open: [Int] = try journalValues("SELECT count(*) FROM tasks WHERE NOT \(isCompleted)", in: run)
        try #require(
            !open.contains(0), "the sweep was over before the test could act: it needs longer tasks on this machine",
            sourceLocation: sourceLocation)
    }

    private var isCompleted: String {
        "EXISTS (SELECT 1 FROM attempts WHERE task = ordinal AND outcome = 'completed')"
    }

    /// By task; none where nothing is planned yet.
    private func storedEpochs(in run: String) throws -> [Int] {
        try journalValues(
            "SELECT count(epoch) FROM tasks LEFT JOIN records ON task = ordinal GROUP BY ordinal", in: run)
    }

    /// Freezes processes for as long as `body` runs.
    ///
    /// A frozen trainer holds its task where it is while everything else goes on; a frozen worker says nothing more
    /// than what is on its way.
    func holding<Value>(_ processes: [Int32], _ body: () async throws -> Value) async throws -> Value {
        defer { for process in processes { kill(process, SIGCONT) } }
        for process in processes { try await freeze(process) }
        return try await body()
    }

    /// As `holdingWorker`, of the worker of this host.
    func holdingLocalWorker<Value>(_ body: () async throws -> Value) async throws -> Value {
        try await holdingWorker(#require(localWorkers.first), body)
    }

    /// Freezes a worker, and its trainers with it, for as long as `body` runs.
    func holdingWorker<Value>(_ worker: Int32, _ body: () async throws -> Value) async throws -> Value {
        try await holding([worker]) {
            // It starts no others now. One may have ended, and then there is nothing to wait for.
            let trainers = children(of: worker)
            defer { for trainer in trainers { kill(trainer, SIGCONT) } }
            for trainer in trainers { kill(trainer, SIGSTOP) }
            return try await body()
        }
    }
}
