import ChildProcesses
import CommandOutput
import Glibc
import HostSystem
import UnixSignals

/// Ctrl-C and its like for a command that trains: while it does, the first one asks it to store what it has; before,
/// and the second time, it ends at once, since nothing is lost.
final class RequestedStop: Sendable {
    private let request = RaisedFlag()
    private let work = RaisedFlag()

    var isRequested: Bool { request.isRaised }

    /// From now on there is something to store.
    func beginWork() { work.raise() }

    /// Runs `body` on a thread of its own, which may work for hours.
    func during<Value: Sendable>(_ body: @escaping @Sendable () throws -> Value) async throws -> Value {
        let watch = Task {
            for await _ in await UnixSignalsSequence(trapping: stopSignals()) { take() }
        }
        defer { watch.cancel() }
        return try await withCheckedThrowingContinuation { continuation in
            NamedThread.detach(named: "verify") { continuation.resume(with: Result { try body() }) }
        }
    }

    private func take() {
        guard work.isRaised, !request.isRaised else {
            Output.error("error: interrupted; the same command goes on")
            exit(CommandFailure.Code.interrupted.rawValue)
        }
        request.raise()
    }
}
