/// How large the next piece of a checkpoint is.
///
/// A worker has one piece in flight in each direction, and what it says meanwhile waits behind it. So a piece is as large
/// as the link carries in a quarter of a second, within bounds: below the smallest, the answers to the pieces would take
/// most of the time; the largest is what a message may have.
struct PieceSize: Sendable, Hashable {
    static let smallest = 16 << 10
    static let transferTime = Duration.milliseconds(250)

    let largest: Int
    private(set) var byteCount: Int

    init(largest: Int) {
        self.largest = largest
        byteCount = min(Self.smallest, largest)
    }

    /// Learns from a piece of `sent` bytes, which was answered after `duration`. The size at most doubles from one piece
    /// to the next.
    mutating func learn(from sent: Int, answeredAfter duration: Duration) {
        let affordable = Double(sent) * (Self.transferTime / max(duration, .microseconds(1)))
        let bounded = Int(min(affordable, Double(min(2 * sent, largest))))
        byteCount = max(bounded, min(Self.smallest, largest))
    }

    /// Another connection may be another link.
    mutating func forget() { self = Self(largest: largest) }
}
