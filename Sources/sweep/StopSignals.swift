import FleetCommands
import Glibc
import ServiceLifecycle
import UnixSignals

/// The signals that end a long command in good order. A terminal that goes away is one, unless somebody had that
/// ignored: `nohup`.
func stopSignals() -> [UnixSignal] {
    var hangUp = sigaction()
    sigaction(SIGHUP, nil, &hangUp)
    let isIgnored = unsafeBitCast(hangUp.__sigaction_handler.sa_handler, to: Int.self) == 1
    return [.sigint, .sigterm] + (isIgnored ? [] : [.sighup])
}

/// Runs `body`, and `insist` when a stop signal comes a second time meanwhile.
func insistingOnSecondStop(_ insist: @escaping @Sendable () -> Void, _ body: () async throws -> Void) async throws {
    let watch = Task {
        var stop = RepeatedStop()
        for await _ in await UnixSignalsSequence(trapping: stopSignals()) {
            if stop.insists(at: .now) { insist() }
        }
    }
    defer { watch.cancel() }
    try await body()
}
