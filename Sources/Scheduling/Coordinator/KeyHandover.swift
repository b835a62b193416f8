import Experiment
import Messages

/// Leads a coordinator's workers from its present key to the next one: whom to tell, and when the present one ends.
///
/// A plain value: what the key store says goes in with the present instant, what to do comes out. Keys are texts here.
/// The worker of the coordinator's own host stays out of it: its socket keeps its key.
public struct KeyHandover<Connection: WorkerConnection>: Sendable {
    /// What the key store says.
    public struct Stored: Sendable, Equatable {
        public var present: String
        public var next: Next?

        public struct Next: Sendable, Equatable {
            public var key: String
            /// How long the present key lasts; zero where its time is over.
            public var presentEndsIn: Duration

            public init(key: String, presentEndsIn: Duration) {
                self.key = key
                self.presentEndsIn = presentEndsIn
            }
        }

        public init(present: String, next: Next? = nil) {
            self.present = present
            self.next = next
        }
    }

    /// What to do. In this order: a worker is told of a key that is stored, and the store changes before the listener.
    public enum Step: Sendable, Equatable {
        /// Say that the key is changing.
        case announce(presentEndsIn: Duration)
        case tell(Connection, next: String, presentEndsIn: Duration)
        /// Have the key store put the next key in the place of the present one.
        case finish
        /// The key store has another key than this coordinator listens with: listen with that. So many workers that
        /// have spoken have not said that they know it.
        case listen(unreachedCount: Int)
    }

    /// So long after the present key's end workers that were told may take to answer.
    public static var lastWordTime: Duration { .seconds(5) }

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
    public init(listening: String, localKey: WorkerKey?) {
        self.listening = listening
        self.localKey = localKey
    }

    /// A worker has the next key on its disk.
    public mutating func recordKeeping(of key: String, by worker: WorkerKey) {
        if key == next { keepers.insert(worker) }
    }

    /// - Parameter connections: over which workers have spoken; some may have ended. Asked for while the key changes.
    public mutating func follow(_ stored: Stored, _ connections: () -> [Connection], at now: Instant) -> [Step] {
        func remoteConnections() -> [Connection] { connections().filter { [localKey] in $0.key != localKey } }
        guard stored.present == listening else {
            let knowing = next == stored.present ? keepers : []
            listening = stored.present
            forget()
            return [.listen(unreachedCount: Set(remoteConnections().map(\.key)).subtracting(knowing).count)]
        }
        guard let next = stored.next else {
            forget()
            return []
        }
        var steps: [Step] = []
        if next.key != self.next {
            forget()
            self.next = next.key
            steps.append(.announce(presentEndsIn: next.presentEndsIn))
        }
        let remote = remoteConnections()
        for connection in remote where !told.contains(connection) {
            steps.append(.tell(connection, next: next.key, presentEndsIn: next.presentEndsIn))
        }
        // No more than there are: a connection that has ended is told by its successor.
        told = Set(remote)
        return steps + end(next, Set(remote.map(\.key)), at: now)
    }

    private mutating func end(_ next: Stored.Next, _ workers: Set<WorkerKey>, at now: Instant) -> [Step] {
        guard next.presentEndsIn <= .zero else {
            overSince = nil
            return []
        }
        let since = overSince ?? now
        overSince = since
        return workers.isSubset(of: keepers) || now - since >= Self.lastWordTime ? [.finish] : []
    }

    private mutating func forget() {
        (next, overSince) = (nil, nil)
        told = []
        keepers = []
    }
}
