import Messages
import Synchronization
import Transport

/// A request on its way to the board: it is carried out, or nobody waits for it any more, and never both.
package final class ControlRequest: Sendable {
    private enum State {
        case waiting, taken, withdrawn
    }

    package let request: SweepRequest
    package let answer = Mailbox<SweepAnswer>(capacity: 1)
    private let deadline: ContinuousClock.Instant
    private let state = Mutex(State.waiting)

    /// - Parameter patience: how long it may wait to be taken. A coordinator that was frozen comes too late.
    init(_ request: SweepRequest, patience: Duration) {
        self.request = request
        deadline = .now + patience
    }

    /// `true` where it is to be carried out.
    package func take() -> Bool {
        state.withLock { state in
            guard state == .waiting, ContinuousClock.now < deadline else { return false }
            state = .taken
            return true
        }
    }

    /// `true` where it will not be carried out.
    func withdraw() -> Bool {
        state.withLock { state in
            if state == .waiting { state = .withdrawn }
            return state == .withdrawn
        }
    }
}
