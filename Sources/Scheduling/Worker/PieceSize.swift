/// How large the next piece of a checkpoint is.
///
/// A worker has one piece in flight in each direction, and what it says meanwhile waits behind it. So a piece is as
/// large as the link carries in a second, within bounds. The largest is what a message may have. Smaller ones than the
/// smallest cost: the link is idle while each is answered, and TCP learns the rate of a link only while it is busy.
/// Measured with `tc … tbf` at 1 Mbit/s and queues of 50 and 200 ms: pieces of a quarter of a second reach 60 to 80 %
/// of the rate, those of a second 95 %.
struct PieceSize: Sendable, Hashable {
    static let smallest = 16 << 10
    static let transferTime = Duration.seconds(1)

    let largest: Int
    private(set) var byteCount: Int

    init(largest: Int) {
        self.largest = largest
        byteCount = min(Self.smallest, largest)
    }

    /// Learns from a piece of `sent` bytes, which was answered after `duration`. The size at most doubles from one
    /// piece to the next. The short piece at the end of a checkpoint says nothing.
    mutating func learn(from sent: Int, answeredAfter duration: Duration) {
        guard sent >= byteCount else { return }
        let affordable = Double(sent) * (Self.transferTime / max(duration, .microseconds(1)))
        let bounded = Int(min(affordable, Double(min(2 * sent, largest))))
        byteCount = max(bounded, min(Self.smallest, largest))
    }

    /// Begins anew: another connection may go over another link.
    mutating func forget() { self = Self(largest: largest) }
}
