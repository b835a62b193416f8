import FleetCommands
import Glibc
import Logging
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

/// Runs a service to its end. The first stop signal asks it to end in good order, and `insist` is called for a second.
///
/// Signals are taken in one place. Of two that begin one after the other, the first could take a signal alone, and
/// nobody would be asked to end.
///
/// - Throws: what the service throws.
func runUntilStopped(_ service: some Service, insist: @escaping @Sendable () -> Void) async throws {
    let group = ServiceGroup(
        configuration: ServiceGroupConfiguration(
            services: [.init(service: service, successTerminationBehavior: .gracefullyShutdownGroup)],
            logger: Logger(label: "sweep") { _ in SwiftLogNoOpLogHandler() }))
    let signals = await UnixSignalsSequence(trapping: stopSignals())
    let watch = Task {
        var stop = RepeatedStop()
        for await _ in signals {
            if stop.insists(at: .now) { insist() } else { await group.triggerGracefulShutdown() }
        }
    }
    defer { watch.cancel() }
    try await group.run()
}
