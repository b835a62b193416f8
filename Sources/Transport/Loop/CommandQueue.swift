import HostSystem
import Synchronization

/// Commands for the socket thread, from any thread. Their number is bounded by that of starts and stops.
final class CommandQueue: Sendable {
    typealias Command = @Sendable (SocketLoop) -> Void

    let wake: WakeDescriptor
    private let commands = Mutex<[Command]>([])
    private let ended = RaisedFlag()

    init() throws(TransportError) {
        wake = try WakeDescriptor()
    }

    func submit(_ command: @escaping Command) {
        commands.withLock { $0.append(command) }
        wake.signal()
    }

    func takeAll() -> [Command] {
        wake.clear()
        return commands.withLock { commands in
            defer { commands = [] }
            return commands
        }
    }

    /// Has the loop return.
    func end() {
        ended.raise()
        wake.signal()
    }

    var isEnded: Bool { ended.isRaised }
}
