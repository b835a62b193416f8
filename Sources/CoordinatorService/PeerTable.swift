import Experiment
import Transport

/// Which connection leads to which worker, and which key each worker holds.
///
/// A worker's name belongs to the key under which it spoke first: another key that claims it is refused, so an invited
/// worker cannot speak for another one.
struct PeerTable {
    private var entries: [WorkerID: (key: KeyName, peer: PeerID)] = [:]

    /// Notes that `worker` spoke over `peer`; `false` if the name belongs to another key.
    mutating func note(_ worker: WorkerID, key: KeyName, peer: PeerID) -> Bool {
        if let entry = entries[worker], entry.key != key { return false }
        entries[worker] = (key, peer)
        return true
    }

    func peer(of worker: WorkerID) -> PeerID? { entries[worker]?.peer }

    /// Every connection that is known, in the order of the workers' names.
    var peers: [PeerID] { entries.sorted { $0.key < $1.key }.map(\.value.peer) }
}
