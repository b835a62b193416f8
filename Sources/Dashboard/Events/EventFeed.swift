import NIOCore
import Synchronization

/// The last events, for any number of pages, each of which reads at its own pace.
///
/// A page that reads slowly keeps nothing here: when the events that it misses are gone, it is sent the whole state.
/// So a hundred pages take the memory of one, and none of them can hold up the others.
package final class EventFeed: Sendable {
    /// Pages beyond these are turned away.
    private let readerLimit: Int
    private static let kept = 64

    package enum Next: Sendable {
        /// What happened after the version that was asked about, and the version reached.
        case events([ByteBuffer], version: Int)
        /// Too much happened: begin anew with the whole state.
        case gap
        /// There will be no more.
        case end
    }

    private struct State {
        /// The version of the state that pages are given when they connect.
        var version = 0
        /// The last events, one for each version; the last one led to `version`.
        var events: [ByteBuffer] = []
        var waiting: [Int: CheckedContinuation<Void, Never>] = [:]
        var nextWaiter = 0
        var readers = 0
        var isClosed = false
    }

    private let state = Mutex(State())

    package init(readerLimit: Int = 256) {
        self.readerLimit = readerLimit
    }

    package var version: Int { state.withLock { $0.version } }

    /// Whether an event would be read by anybody.
    package var hasReaders: Bool { state.withLock { $0.readers > 0 } }

    package var hasRoom: Bool { state.withLock { $0.readers < readerLimit } }

    /// `false` where there are too many.
    package func enter() -> Bool {
        state.withLock { state in
            guard state.readers < readerLimit else { return false }
            state.readers += 1
            return true
        }
    }

    package func leave() { state.withLock { $0.readers -= 1 } }

    /// - Parameter event: `nil` if nobody was there to make it for; whoever came meanwhile begins anew.
    package func publish(_ event: ByteBuffer?) {
        wake { state in
            state.version += 1
            guard let event else { return state.events = [] }
            state.events.append(event)
            if state.events.count > Self.kept { state.events.removeFirst() }
        }
    }

    package func close() { wake { $0.isClosed = true } }

    private func wake(_ change: (inout State) -> Void) {
        let waiting = state.withLock { state in
            change(&state)
            defer { state.waiting = [:] }
            return Array(state.waiting.values)
        }
        waiting.forEach { $0.resume() }
    }

    /// What happened after `version`; waits for it. Returns `end` when the task is cancelled, too.
    package func next(after version: Int) async -> Next {
        while true {
            let next = state.withLock { state -> Next? in
                let missed = state.version - version
                if missed > state.events.count { return .gap }
                if missed > 0 { return .events(Array(state.events.suffix(missed)), version: state.version) }
                return state.isClosed || Task.isCancelled ? .end : nil
            }
            if let next { return next }
            await waitForChange(of: version)
        }
    }

    private func waitForChange(of version: Int) async {
        let waiter = state.withLock { state in
            state.nextWaiter += 1
            return state.nextWaiter
        }
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let isDue = state.withLock { state in
                    // The task may have been cancelled before it could be woken.
                    guard state.version == version, !state.isClosed, !Task.isCancelled else { return true }
                    state.waiting[waiter] = continuation
                    return false
                }
                if isDue { continuation.resume() }
            }
        } onCancel: {
            state.withLock { $0.waiting.removeValue(forKey: waiter) }?.resume()
        }
    }
}
