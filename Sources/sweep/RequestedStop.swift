import ChildProcesses
import CommandOutput
import FleetCommands
import Glibc
import Synchronization
import UnixSignals

/// Ctrl-C and its like for a command that trains; `StoppableWork` decides what follows.
final class RequestedStop: Sendable {
    private let work = Mutex(StoppableWork())

    var isRequested: Bool { work.withLock { $0.isStopRequested } }

    /// From now on there is something to store.
    func beginWork() { work.withLock { $0.begin() } }

    /// Runs `body` on a thread of its own, which may work for hours.
    func during<Value: Sendable>(_ body: @escaping @Sendable () throws -> Value) async throws -> Value {
        let watch = Task {
            for await _ in await UnixSignalsSequence(trapping: stopSignals()) {
                guard work.withLock({ $0.takeSignal(at: .now) }) == .endNow else { continue }
                Output.error("error: interrupted; the same command goes on")
                exit(CommandFailure.Code.interrupted.rawValue)
            }
        }
        defer { watch.cancel() }
        return try await withCheckedThrowingContinuation { continuation in
            NamedThread.detach(named: "work") { continuation.resume(with: Result { try body() }) }
        }
    }
}
