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

/// Runs `body`, and `insist` when a stop signal comes a second time meanwhile: somebody does not want to wait for the
/// good order that the first one asked for.
///
/// Two within a fifth of a second are one: a terminal sends its Ctrl-C to every process of a pipeline, and some parents
/// pass it on once more.
func insistingOnSecondStop(_ insist: @escaping @Sendable () -> Void, _ body: () async throws -> Void) async throws {
    let watch = Task {
        var first: ContinuousClock.Instant?
        for await _ in await UnixSignalsSequence(trapping: stopSignals()) {
            if let first, ContinuousClock.now - first > .milliseconds(200) { insist() }
            first = first ?? .now
        }
    }
    defer { watch.cancel() }
    try await body()
}
