import Synchronization

/// Messages on their way from any thread to the socket thread, bounded in number and bytes.
///
/// Full, it refuses the newest. What was taken out counts until it is released, so that the bound covers also what the
/// socket thread could not send yet.
package final class Outbox<Item: Sendable>: Sendable {
    package enum Entry: Equatable {
        case entered
        case full
        /// Nothing can be sent at the moment.
        case shut
    }

    private struct State {
        var items: [Item] = []
        var count = 0
        var byteCount = 0
        var isOpen: Bool
    }

    private let countLimit: Int
    private let byteLimit: Int
    private let state: Mutex<State>

    package init(countLimit: Int = 8192, byteLimit: Int = 256 << 20, isOpen: Bool) {
        self.countLimit = countLimit
        self.byteLimit = byteLimit
        state = Mutex(State(isOpen: isOpen))
    }

    package func enter(_ item: Item, byteCount: Int) -> Entry {
        state.withLock { state in
            guard state.isOpen else { return .shut }
            guard state.count < countLimit, state.byteCount + byteCount <= byteLimit else { return .full }
            state.items.append(item)
            state.count += 1
            state.byteCount += byteCount
            return .entered
        }
    }

    package func takeAll() -> [Item] {
        state.withLock { state in
            defer { state.items = [] }
            return state.items
        }
    }

    /// Called when items that were taken are sent or given up.
    package func release(count: Int, byteCount: Int) {
        state.withLock { state in
            state.count -= count
            state.byteCount -= byteCount
        }
    }

    package func open() { state.withLock { $0.isOpen = true } }

    /// Refuses entries from now on; what is in can still be taken.
    package func shut() { state.withLock { $0.isOpen = false } }

    /// Refuses entries from now on and drops what is in, taken and not released items included.
    package func shutAndDrop() {
        state.withLock { $0 = State(isOpen: false) }
    }
}
