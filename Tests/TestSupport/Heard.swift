import Synchronization

/// What callbacks on other threads said, in its order, for the one test that waits for it.
package final class Heard<Element: Sendable>: Sendable {
    private struct State {
        var elements: [Element] = []
        var reader: CheckedContinuation<Element?, Never>?
    }

    private let state = Mutex(State())

    package init() {}

    package func put(_ element: Element) {
        state.withLock { state in
            guard let reader = state.reader else { return state.elements.append(element) }
            state.reader = nil
            reader.resume(returning: element)
        }
    }

    /// The oldest that was not read yet; waits until there is one.
    ///
    /// - Throws: `WaitedInVain` when the test's time is over.
    package func next(_ what: String) async throws -> Element {
        let element = await withTaskCancellationHandler {
            await withCheckedContinuation { (reader: CheckedContinuation<Element?, Never>) in
                state.withLock { state in
                    precondition(state.reader == nil, "two wait at once")
                    if !state.elements.isEmpty {
                        reader.resume(returning: state.elements.removeFirst())
                    } else if Task.isCancelled {
                        reader.resume(returning: nil)
                    } else {
                        state.reader = reader
                    }
                }
            }
        } onCancel: {
            state.withLock { state in
                state.reader?.resume(returning: nil)
                state.reader = nil
            }
        }
        guard let element else { throw WaitedInVain(for: what) }
        return element
    }

    /// The elements that were not read, without waiting for more.
    package var unread: [Element] { state.withLock { $0.elements } }
}
