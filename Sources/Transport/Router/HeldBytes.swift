/// How many bytes each connection has brought into this process that have not come out of it as messages, and which
/// connections are to be ended for it.
///
/// libzmq bounds what it keeps of a peer by a number of messages, and counts a message when its last part is there:
/// parts without an end are kept without a bound (300 of 1 MiB were 307 MB, 4.3.4). And it has only one way to keep to
/// the bound, to read no more of the connection; then it does not see the end of it either, and where it has something
/// to write it ends the process ("Assertion failed: !_io_error", 4.3.4 and 4.3.5). So the router's socket has no such
/// bound, and the bytes are counted here.
///
/// The kernel says how many bytes a connection has received. Whenever a message of the connection came out, all that
/// came before has too, but for what is on its way. So what a connection holds is what it has received since. The
/// messages of an honest worker come out at once, as long as the mailbox takes them.
package struct HeldBytes {
    /// Of one connection. An honest one has a piece of a checkpoint on its way, and what the kernel buffers, 6 MiB.
    package static let connectionLimit = 16 << 20
    /// Of one that has not said anything yet: what shakes hands has less than a thousand, and then says hello.
    package static let silentLimit = 4 << 20
    /// Of all together: also while nothing is read because the disk is full, and of any number of strangers.
    package static let totalLimit = 48 << 20

    private struct Connection {
        /// When a message came out last.
        var base: UInt64 = 0
        var byteCount = 0
        var hasSpoken = false
        /// Since the last look.
        var spoke = false

        var isOverItsLimit: Bool { byteCount > (hasSpoken ? connectionLimit : silentLimit) }

        mutating func learn(received: UInt64) {
            if spoke {
                base = received
                hasSpoken = true
                spoke = false
            }
            byteCount = Int(clamping: received - min(base, received))
        }
    }

    private var connections: [Int32: Connection] = [:]

    package init() {}

    package var isEmpty: Bool { connections.isEmpty }

    package var count: Int { connections.count }

    /// A connection was accepted. Also one that has the number of an earlier one, whose end was not heard of.
    package mutating func begin(_ descriptor: Int32) { connections[descriptor] = Connection() }

    package mutating func end(_ descriptor: Int32) { connections[descriptor] = nil }

    /// A message of the connection came out.
    package mutating func recordMessage(over descriptor: Int32) {
        connections[descriptor]?.spoke = true
    }

    /// Looks at all connections. Those that are to be ended are forgotten.
    ///
    /// - Parameter received: how many bytes a connection has received since it began; `nil` where that is not known.
    /// - Returns: which are to be ended, the largest first.
    package mutating func look(_ received: (Int32) -> UInt64?) -> [Int32] {
        for descriptor in connections.keys {
            guard let count = received(descriptor) else { continue }
            connections[descriptor]!.learn(received: count)
        }
        let heldMost = connections.filter { $0.value.byteCount > 0 }
            .sorted { ($1.value.byteCount, $0.key) < ($0.value.byteCount, $1.key) }
        var total = heldMost.reduce(0) { $0 + $1.value.byteCount }
        let bound = total > Self.totalLimit ? Self.totalLimit / 2 : total
        var ended: [Int32] = []
        for (descriptor, connection) in heldMost where total > bound || connection.isOverItsLimit {
            total -= connection.byteCount
            ended.append(descriptor)
            connections[descriptor] = nil
        }
        return ended
    }
}

/// What was sent to a peer and has not arrived at its host: what libzmq and the kernel keep for one that does not read.
package struct SendBudget {
    /// Of one peer: four checkpoints, which a worker fetches one piece after another.
    package static let byteLimit = 16 << 20

    private var acknowledged: UInt64 = 0
    private var underWay = 0

    package init() {}

    package var isSpent: Bool { underWay > Self.byteLimit }

    package mutating func record(sent byteCount: Int) { underWay += byteCount }

    /// - Parameter count: how many bytes the other host has acknowledged since the connection began; `nil` where that
    ///   is not known, as of a process of this host, which is this user's.
    package mutating func learn(acknowledged count: UInt64?) {
        guard let count else { return underWay = 0 }
        underWay = max(0, underWay - Int(clamping: count - min(acknowledged, count)))
        acknowledged = count
    }
}
