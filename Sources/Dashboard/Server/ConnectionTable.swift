/// Which connections the page has, whose they are, and which of them goes where there are too many.
///
/// A connection waits for a whole request, or is being answered. Whoever has a request sends it at once, so of too many
/// connections one that waits goes, the one that has waited longest: half requests, however many, take no place from
/// anybody who asks for something. Of several clients the one with the most of them loses it. One that is being
/// answered stays.
///
/// A plain value: what happens goes in, which connection to end comes out.
package struct ConnectionTable {
    package enum Verdict: Sendable, Equatable {
        /// It may stay. Another one may have to end for it.
        case admitted(number: Int, ending: Int?)
        /// Its client has too many that are being answered.
        case refused
    }

    private struct Connection {
        let client: String?
        var isAnswered = false
        /// Grows with the time since which it has waited.
        var order: Int
    }

    private let limit: Int
    private let clientLimit: Int
    private var connections: [Int: Connection] = [:]
    private var lastOrder = 0

    /// - Parameter limit: from so many on, one ends for each that comes. A client has half of them, and four at least.
    package init(limit: Int) {
        self.limit = limit
        clientLimit = max(4, limit / 2)
    }

    package var count: Int { connections.count }

    /// - Parameter client: whose it is; `nil` for this host's, among which several users may be, and tunnels of others.
    package mutating func admit(_ client: String?) -> Verdict {
        let isCrowded = client != nil && connections.values.count { $0.client == client } >= clientLimit
        let ending = isCrowded ? longestWaiting(of: client) : count + 1 >= limit ? longestWaiting() : nil
        guard !isCrowded || ending != nil else { return .refused }
        if let ending { remove(ending) }
        lastOrder += 1
        connections[lastOrder] = Connection(client: client, order: lastOrder)
        return .admitted(number: lastOrder, ending: ending)
    }

    package mutating func beginAnswer(_ number: Int) { connections[number]?.isAnswered = true }

    package mutating func endAnswer(_ number: Int) {
        lastOrder += 1
        connections[number]?.isAnswered = false
        connections[number]?.order = lastOrder
    }

    package mutating func remove(_ number: Int) { connections[number] = nil }

    /// Of the client that has the most which wait.
    private func longestWaiting() -> Int? {
        var counts: [String?: Int] = [:]
        for connection in connections.values where !connection.isAnswered {
            counts[connection.client, default: 0] += 1
        }
        let most = counts.values.max()
        let crowds = counts.filter { $0.value == most }.keys
        return crowds.compactMap(longestWaiting).min { connections[$0]!.order < connections[$1]!.order }
    }

    private func longestWaiting(of client: String?) -> Int? {
        connections.filter { $0.value.client == client && !$0.value.isAnswered }.min {
            $0.value.order < $1.value.order
        }?
        .key
    }
}
