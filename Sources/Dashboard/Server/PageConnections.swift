import Glibc
import NIOCore
import Synchronization

/// The connections of the page's server, over all of its threads: see `ConnectionTable`.
final class PageConnections: Sendable {
    private struct State {
        var table: ConnectionTable
        var channels: [Int: any Channel] = [:]
    }

    private let state: Mutex<State>

    init(limit: Int) {
        state = Mutex(State(table: ConnectionTable(limit: limit)))
    }

    /// `nil` where the connection may not stay.
    func admit(_ channel: any Channel) -> Int? {
        let client = Self.client(at: channel.remoteAddress?.ipAddress)
        let (number, ended) = state.withLock { state -> (Int?, (any Channel)?) in
            guard case .admitted(let number, let ending) = state.table.admit(client) else { return (nil, nil) }
            state.channels[number] = channel
            return (number, ending.flatMap { state.channels.removeValue(forKey: $0) })
        }
        ended?.close(promise: nil)
        return number
    }

    func beginAnswer(_ number: Int) { state.withLock { $0.table.beginAnswer(number) } }

    func endAnswer(_ number: Int) { state.withLock { $0.table.endAnswer(number) } }

    func remove(_ number: Int) {
        state.withLock { state in
            state.table.remove(number)
            state.channels[number] = nil
        }
    }

    /// What counts as one client: an address of IPv4, and of IPv6 the network, of which one host has all addresses.
    /// `nil` for this host's own.
    static func client(at address: String?) -> String? {
        // As a socket of IPv6 names one of IPv4.
        let mapped = "::ffff:"
        guard let address = address.map({ $0.hasPrefix(mapped) ? String($0.dropFirst(mapped.count)) : $0 }),
            !DashboardAddress.isLoopback(address)
        else { return nil }
        var bytes = in6_addr()
        guard inet_pton(AF_INET6, address, &bytes) == 1 else { return address }
        return withUnsafeBytes(of: bytes) { "\(Array($0.prefix(8)))" }
    }
}
