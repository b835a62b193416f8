import CZeroMQ
import Glibc
import HostSystem
import Synchronization

/// What wakes the socket thread from its poll: an eventfd, written by any thread.
final class WakeDescriptor: RoomWaiter {
    let descriptor: Int32
    /// Whether a wake is under way, so that a burst of sends costs one system call.
    private let isSignalled = Atomic(false)

    init() throws(TransportError) {
        descriptor = zeromq_make_wake_descriptor()
        let code = errno
        guard descriptor >= 0 else {
            throw TransportError(.system, "cannot make a wake descriptor", systemCode: code)
        }
    }

    deinit {
        close(descriptor)
    }

    func signal() {
        guard !isSignalled.exchange(true, ordering: .sequentiallyConsistent) else { return }
        var one: UInt64 = 1
        while write(descriptor, &one, MemoryLayout<UInt64>.size) < 0 {
            let code = errno
            precondition(code == EINTR, "a wake descriptor that cannot be written: \(SystemReason.words(code))")
        }
    }

    func roomAppeared() { signal() }

    /// Called by the woken thread before it looks at what it was woken for.
    func clear() {
        var count: UInt64 = 0
        _ = read(descriptor, &count, MemoryLayout<UInt64>.size)
        isSignalled.store(false, ordering: .sequentiallyConsistent)
    }
}
