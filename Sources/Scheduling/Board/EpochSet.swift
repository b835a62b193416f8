/// Which epochs of a task are committed.
public struct EpochSet: Sendable, Hashable {
    private var words: [UInt64]
    public private(set) var count = 0
    public let capacity: Int

    /// Holds epochs 1 to `capacity`.
    public init(capacity: Int) {
        self.capacity = capacity
        words = Array(repeating: 0, count: (capacity + 64) / 64)
    }

    /// Those of `epochs` that there are.
    init(of epochs: some Sequence<Int>, capacity: Int) {
        self.init(capacity: capacity)
        for epoch in epochs where (1...capacity).contains(epoch) { insert(epoch) }
    }

    public var isFull: Bool { count == capacity }

    public func contains(_ epoch: Int) -> Bool {
        words[epoch / 64] >> UInt64(epoch % 64) & 1 == 1
    }

    /// `false` if it was there already.
    @discardableResult
    public mutating func insert(_ epoch: Int) -> Bool {
        precondition((1...capacity).contains(epoch), "epoch \(epoch) of \(capacity)")
        guard !contains(epoch) else { return false }
        words[epoch / 64] |= 1 << UInt64(epoch % 64)
        count += 1
        return true
    }
}
