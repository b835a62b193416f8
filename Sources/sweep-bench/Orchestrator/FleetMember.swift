import DispatchLoad
import Experiment
import Messages
import Scheduling
import Transport
import Wire

/// A worker of a fleet: what it decides, its connection, and what that did not take yet.
struct FleetMember {
    let name: WorkerID
    let dealer: Dealer
    var worker: NoOpWorker
    /// Messages that found the dealer's queue full, in their order, from `next` on.
    private var unsent: [[UInt8]] = []
    private var next = 0

    init(name: WorkerID, dealer: Dealer, worker: NoOpWorker) {
        self.name = name
        self.dealer = dealer
        self.worker = worker
    }

    var hasUnsent: Bool { next < unsent.count }

    mutating func send(_ messages: [WorkerMessage]) {
        for message in messages { unsent.append(WorkerEnvelope(message, from: name).encoded()) }
        sendWhatFits()
    }

    /// Never waits. Nothing is dropped while there is a connection: what is due is sent as soon as there is room.
    mutating func sendWhatFits() {
        while hasUnsent {
            switch dealer.send(unsent[next]) {
            case .queued: next += 1
            case .full: return dropSent()
            // The session says everything again over the next connection.
            case .notConnected: return dropUnsent()
            case .tooLarge: preconditionFailure("a message of \(unsent[next].count) bytes")
            }
        }
        dropUnsent()
    }

    mutating func dropUnsent() {
        unsent.removeAll(keepingCapacity: true)
        next = 0
    }

    private mutating func dropSent() {
        unsent.removeFirst(next)
        next = 0
    }
}
