import Experiment
import Scheduling
import Transport

/// A worker's connection: the router's peer, who it is, and the name under which its key was admitted.
struct RouterConnection: WorkerConnection {
    let peer: PeerID
    let key: WorkerKey
    let label: KeyName

    init(peer: PeerID, label: KeyName) {
        self.peer = peer
        self.label = label
        key = WorkerKey(of: peer.key)
    }
}
