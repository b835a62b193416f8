import Glibc
import HostSystem

/// A producer that must know when a full mailbox has room again.
package protocol RoomWaiter: AnyObject, Sendable {
    /// Called without a lock held.
    func roomAppeared()
}

/// A bounded queue between threads: any number of producers, one consumer that sleeps until something is there.
///
/// It has two doors. `offer` is for what comes from outside and may have to wait there: a mailbox that is full, by the
/// number of its elements or by their bytes, refuses it.
/// `put` is for what this process itself caused, so that its number is bounded by the consumer's own deeds: it always
/// goes in, beyond the capacity if need be. Order is the order of entry, through whichever door.
///
/// A condition variable and not an `AsyncStream`: consumer and producers are plain threads, and the wait has a
/// deadline.
///
/// `@unchecked Sendable`: every access to `state` holds `mutex`, and both primitives stay at one heap address.
public final class Mailbox<Element: Sendable>: @unchecked Sendable {
    private struct State {
        var elements: [Element] = []
        var byteCount = 0
        var isClosed = false
        /// Producers that were refused since room was last there, each once.
        var waiters: [any RoomWaiter] = []
        /// Producers that were told of room and have not come with what was refused yet.
        var expected: [any RoomWaiter] = []
        /// Something was refused since the last `take`, and its producer does not wait.
        var hasTurnedAway = false

        var isMoreWaiting: Bool { hasTurnedAway || !waiters.isEmpty || !expected.isEmpty }

        mutating func recordRefusal(of waiter: (any RoomWaiter)?) {
            guard let waiter else { return hasTurnedAway = true }
            if !waiters.contains(where: { $0 === waiter }) { waiters.append(waiter) }
        }

        mutating func empty() {
            elements = []
            byteCount = 0
            expected += waiters
            waiters = []
            hasTurnedAway = false
        }
    }

    /// Everything that was in a mailbox at one time.
    public struct Batch {
        /// Oldest first.
        public var elements: [Element]
        /// Something arrived that did not fit, and was not taken in since: it may be older than the next elements.
        public var isMoreWaiting: Bool

        public init(elements: [Element], isMoreWaiting: Bool) {
            self.elements = elements
            self.isMoreWaiting = isMoreWaiting
        }
    }

    public let capacity: Int
    private let byteCapacity: Int
    private let size: @Sendable (Element) -> Int
    private let mutex: UnsafeMutablePointer<pthread_mutex_t>
    private let arrival: UnsafeMutablePointer<pthread_cond_t>
    private var state = State()

    /// - Parameters:
    ///   - capacity: the number of elements from which on `offer` refuses; at least 1.
    ///   - byteCapacity: so many bytes `offer` does not exceed, but for one element that comes first.
    ///   - size: an element's bytes.
    public init(
        capacity: Int, byteCapacity: Int = .max, size: @escaping @Sendable (Element) -> Int = { _ in 0 }
    ) {
        precondition(capacity >= 1, "a mailbox of capacity \(capacity) takes nothing")
        self.capacity = capacity
        self.byteCapacity = byteCapacity
        self.size = size
        mutex = .allocate(capacity: 1)
        arrival = .allocate(capacity: 1)
        mutex.initialize(to: pthread_mutex_t())
        arrival.initialize(to: pthread_cond_t())
        require(pthread_mutex_init(mutex, nil), "pthread_mutex_init")
        // The default clock of a condition variable is the wall clock, whose steps would stretch or cut a wait.
        var attributes = pthread_condattr_t()
        require(pthread_condattr_init(&attributes), "pthread_condattr_init")
        require(pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC), "pthread_condattr_setclock")
        require(pthread_cond_init(arrival, &attributes), "pthread_cond_init")
        pthread_condattr_destroy(&attributes)
    }

    deinit {
        pthread_cond_destroy(arrival)
        pthread_mutex_destroy(mutex)
        arrival.deallocate()
        mutex.deallocate()
    }

    /// Adds `element` unless the mailbox is full or closed, and says whether it did.
    public func offer(_ element: Element) -> Bool {
        enter(element, waiter: nil)
    }

    /// As `offer`; when the mailbox is full, `waiter` is told once, on the consumer's thread, as soon as it is not.
    package func offer(_ element: Element, waking waiter: any RoomWaiter) -> Bool {
        enter(element, waiter: waiter)
    }

    /// Adds `element` even to a full mailbox. After `close` it is dropped.
    public func put(_ element: Element) {
        locked {
            guard !state.isClosed else { return }
            append(element)
        }
    }

    /// Everything that is there, oldest first. Waits until there is something, the deadline has passed or the mailbox
    /// is closed; `nil` waits without end. Empty after the deadline, and at once when closed and drained.
    public func take(until deadline: ContinuousClock.Instant?) -> [Element] {
        takeBatch(until: deadline).elements
    }

    /// As `take`, and says whether that is all that has arrived so far.
    public func takeBatch(until deadline: ContinuousClock.Instant?) -> Batch {
        let (batch, waiters) = locked {
            wait(until: deadline)
            defer { state.empty() }
            return (Batch(elements: state.elements, isMoreWaiting: state.isMoreWaiting), state.waiters)
        }
        for waiter in waiters { waiter.roomAppeared() }
        return batch
    }

    /// Ends all waiting. What is there can still be taken; nothing goes in any more.
    public func close() {
        let waiters = locked {
            state.isClosed = true
            state.expected = []
            pthread_cond_broadcast(arrival)
            defer { state.waiters = [] }
            return state.waiters
        }
        for waiter in waiters { waiter.roomAppeared() }
    }

    public var isClosed: Bool { locked { state.isClosed } }

    public var count: Int { locked { state.elements.count } }

    private func enter(_ element: Element, waiter: (any RoomWaiter)?) -> Bool {
        locked {
            guard !state.isClosed else { return false }
            if let waiter { state.expected.removeAll { $0 === waiter } }
            guard hasRoom(for: element) else {
                state.recordRefusal(of: waiter)
                return false
            }
            append(element)
            return true
        }
    }

    private func hasRoom(for element: Element) -> Bool {
        guard !state.elements.isEmpty else { return true }
        return state.elements.count < capacity && size(element) <= byteCapacity - state.byteCount
    }

    private func append(_ element: Element) {
        state.elements.append(element)
        state.byteCount += size(element)
        pthread_cond_signal(arrival)
    }

    private func wait(until deadline: ContinuousClock.Instant?) {
        while state.elements.isEmpty && !state.isClosed {
            guard let deadline else {
                require(pthread_cond_wait(arrival, mutex), "pthread_cond_wait")
                continue
            }
            let remaining = deadline - .now
            guard remaining > .zero else { return }
            var limit = monotonicTime(after: remaining)
            let code = pthread_cond_timedwait(arrival, mutex, &limit)
            if code != ETIMEDOUT { require(code, "pthread_cond_timedwait") }
        }
    }

    private func locked<Result>(_ body: () -> Result) -> Result {
        require(pthread_mutex_lock(mutex), "pthread_mutex_lock")
        defer { require(pthread_mutex_unlock(mutex), "pthread_mutex_unlock") }
        return body()
    }
}

/// An absolute time on `CLOCK_MONOTONIC`. Waits are cut at an hour, which the caller's loop then repeats.
private func monotonicTime(after duration: Duration) -> timespec {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    let (seconds, attoseconds) = min(duration, .seconds(3600)).components
    time.tv_sec += Int(seconds)
    time.tv_nsec += Int(attoseconds / 1_000_000_000)
    if time.tv_nsec >= 1_000_000_000 {
        time.tv_sec += 1
        time.tv_nsec -= 1_000_000_000
    }
    return time
}

/// A failure of these calls is a defect of ours: a wrong handle or a lock not held.
private func require(_ code: Int32, _ call: StaticString) {
    precondition(code == 0, "\(call): \(SystemReason.words(code))")
}
