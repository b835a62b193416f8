import Glibc

/// Ctrl-C as the end of a pause instead of the end of the process, so that whoever pauses can tidy up.
package struct HeldInterrupt {
    private var signals = sigset_t()

    /// From now on the calling thread gets no Ctrl-C but by `wait`.
    package init() {
        sigemptyset(&signals)
        sigaddset(&signals, SIGINT)
        pthread_sigmask(SIG_BLOCK, &signals, nil)
    }

    /// Waits for so long; `false` where Ctrl-C came before.
    package func wait(_ time: Duration) -> Bool {
        let (seconds, attoseconds) = time.components
        var signals = signals
        var time = timespec(tv_sec: Int(seconds), tv_nsec: Int(attoseconds / 1_000_000_000))
        return sigtimedwait(&signals, nil, &time) != SIGINT
    }
}
