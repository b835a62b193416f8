import Scheduling
import Transport

/// A worker's connection: the router's peer, and the name under which its key was admitted.
struct RouterConnection: WorkerConnection {
    let peer: PeerID
    let key: KeyName
}
