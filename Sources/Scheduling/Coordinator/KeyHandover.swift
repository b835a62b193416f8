import Experiment
import Messages

/// Leads a coordinator's workers from its present key to the next one: whom to tell, and when the present one ends.
///
/// A plain value: what the key store says goes in with the present instant, what to do comes out. A worker is told of
/// a key that is stored. The worker of the coordinator's own host stays out of it: its socket keeps its key.
package struct KeyHandover<Connection: WorkerConnection>: Sendable {
    /// So long after the present key's end workers that were told may take to answer.
    package static var lastWordTime: Duration { .seconds(5) }

    private var listening: String
    private let localKey: WorkerKey?
    private var next: String?
    /// Those that were told of `next`.
    private var told: Set<Connection> = []
    /// The keys of the workers that have said that they have `next` on their disk.
    private var keepers: Set<WorkerKey> = []
    /// When the present key's time was first seen to be over.
    private var overSince: Instant?

    /// - Parameters:
    ///   - listening: the key with which the coordinator listens.
    ///   - localKey: of the workers that coordinators start on their own host.
    package init(listening: String, localKey: WorkerKey?) {
        self.listening = listening
        self.localKey = localKey
    }

    /// A worker has the next key on its disk.
    package mutating func recordKeeping(of key: String, by worker: WorkerKey) {
        if key == next { keepers.insert(worker) }
    }

    /// - Parameter connections: over which workers have spoken; some may have ended. Asked for while the key changes.
    package mutating func follow(
        _ stored: StoredKeys, _ connections: () -> [Connection], at now: Instant
    ) -> [Delivery<Connection>] {
        func remoteConnections() -> [Connection] { connections().filter { [localKey] in $0.key != localKey } }
        guard stored.present == listening else {
            let knowing = next == stored.present ? keepers : []
            listening = stored.present
            forget()
            return [.changeKey(.listen(unreachedCount: Set(remoteConnections().map(\.key)).subtracting(knowing).count))]
        }
        guard let next = stored.next else {
            forget()
            return []
        }
        var steps: [Delivery<Connection>] = []
        if next.key != self.next {
            forget()
            self.next = next.key
            steps.append(.changeKey(.announce(presentEndsIn: next.presentEndsIn)))
        }
        let remote = remoteConnections()
        for connection in remote where !told.contains(connection) {
            steps.append(.send(.nextKey(next.key, presentEndsIn: next.presentEndsIn), to: connection))
        }
        // No more than there are: a connection that has ended is told by its successor.
        told = Set(remote)
        return steps + end(next, Set(remote.map(\.key)), at: now)
    }

    private mutating func end(
        _ next: StoredKeys.Next, _ workers: Set<WorkerKey>, at now: Instant
    ) -> [Delivery<Connection>] {
        guard next.presentEndsIn <= .zero else {
            overSince = nil
            return []
        }
        let since = overSince ?? now
        overSince = since
        return workers.isSubset(of: keepers) || now - since >= Self.lastWordTime ? [.changeKey(.finish)] : []
    }

    private mutating func forget() {
        (next, overSince) = (nil, nil)
        told = []
        keepers = []
    }
}
