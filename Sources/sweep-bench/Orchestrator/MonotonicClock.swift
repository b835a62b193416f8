import DispatchLoad
import Glibc
import Scheduling

extension Instant {
    /// What the clock says that all processes of a host share.
    static var monotonicNow: Instant { Instant(nanoseconds: reading(of: CLOCK_MONOTONIC)) }
}

/// For how long this process has kept processors busy, in seconds.
func ownProcessorSeconds() -> Double { Double(reading(of: CLOCK_PROCESS_CPUTIME_ID)) / 1e9 }

/// In nanoseconds.
private func reading(of clock: clockid_t) -> Int64 {
    var time = timespec()
    clock_gettime(clock, &time)
    return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
}
