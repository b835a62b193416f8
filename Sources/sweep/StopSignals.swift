import Glibc
import ServiceLifecycle
import UnixSignals

/// The signals that end a long command in good order. A terminal that goes away is one, unless somebody had that
/// ignored: `nohup`.
///
/// - Parameter isOrphanable: for a process that shall outlive its parent: the kernel hangs it up then, if it is stopped.
func stopSignals(isOrphanable: Bool = false) -> [UnixSignal] {
    if isOrphanable { signal(SIGHUP, SIG_IGN) }
    var hangUp = sigaction()
    sigaction(SIGHUP, nil, &hangUp)
    let isIgnored = unsafeBitCast(hangUp.__sigaction_handler.sa_handler, to: Int.self) == 1
    return [.sigint, .sigterm] + (isIgnored ? [] : [.sighup])
}
