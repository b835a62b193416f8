import Experiment

/// One connection of one admitted worker, for as long as it lasts. A worker that connects again is another peer.
public struct PeerID: Sendable, Hashable, CustomStringConvertible {
    /// The name that the ROUTER gave the connection.
    let routingID: [UInt8]
    /// The key that the peer proved to hold.
    public let key: CurvePublicKey

    package init(routingID: [UInt8], key: CurvePublicKey) {
        self.routingID = routingID
        self.key = key
    }

    /// Whether libzmq made up the routing id, as it does for a peer that says none: five bytes, of which the first is
    /// 0.
    var hasGivenRoutingID: Bool { routingID.count == 5 && routingID[0] == 0 }

    public var description: String {
        hexText(routingID)
    }
}
