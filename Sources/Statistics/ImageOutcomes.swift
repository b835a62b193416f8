/// Which images of a test set a trained network got right, one bit each.
public struct ImageOutcomes: Sendable, Hashable {
    /// How many images there are.
    public let count: Int
    /// Image i is bit i mod 64 of word i / 64; the bits behind the last image are 0.
    let words: [UInt64]

    public init(_ outcomes: [Bool]) {
        var words = Array(repeating: UInt64(0), count: (outcomes.count + 63) / 64)
        for (image, isRight) in outcomes.enumerated() where isRight { words[image / 64] |= 1 << (image % 64) }
        count = outcomes.count
        self.words = words
    }

    /// - Parameter bytes: image i is bit i mod 8 of byte i / 8, numpy's `packbits` with `bitorder="little"`.
    ///
    /// `nil` where the number of bytes is not that of `count` bits, or a bit behind the last image is set.
    public init?(count: Int, bytes: some RandomAccessCollection<UInt8>) {
        guard count >= 0, bytes.count == (count + 7) / 8 else { return nil }
        if count % 8 != 0, let last = bytes.last, last >> (count % 8) != 0 { return nil }
        var words = Array(repeating: UInt64(0), count: (count + 63) / 64)
        for (place, byte) in bytes.enumerated() { words[place / 8] |= UInt64(byte) << (8 * (place % 8)) }
        self.count = count
        self.words = words
    }

    /// As `init(count:bytes:)` takes them.
    public var bytes: [UInt8] {
        (0..<(count + 7) / 8).map { UInt8(truncatingIfNeeded: words[$0 / 8] >> (8 * ($0 % 8))) }
    }

    public subscript(image: Int) -> Bool {
        precondition(image >= 0 && image < count, "image \(image) of \(count)")
        return words[image / 64] >> (image % 64) & 1 == 1
    }

    /// How many images are right.
    public var rightCount: Int { words.reduce(0) { $0 + $1.nonzeroBitCount } }

    fileprivate func countPairs(with other: ImageOutcomes, _ combine: (UInt64, UInt64) -> UInt64) -> Int {
        zip(words, other.words).reduce(0) { $0 + combine($1.0, $1.1).nonzeroBitCount }
    }
}

/// On how many images two networks are right together, alone, or not at all.
public struct Agreement: Sendable, Hashable {
    public let both: Int
    public let onlyFirst: Int
    public let onlySecond: Int
    public let neither: Int

    public init(both: Int, onlyFirst: Int, onlySecond: Int, neither: Int) {
        self.both = both
        self.onlyFirst = onlyFirst
        self.onlySecond = onlySecond
        self.neither = neither
    }

    /// Two outcomes of the same test set.
    public init(_ first: ImageOutcomes, _ second: ImageOutcomes) {
        precondition(first.count == second.count, "\(first.count) images and \(second.count) are not one test set")
        both = first.countPairs(with: second, &)
        onlyFirst = first.countPairs(with: second) { $0 & ~$1 }
        onlySecond = first.countPairs(with: second) { ~$0 & $1 }
        neither = first.count - both - onlyFirst - onlySecond
    }

    /// How many images there are.
    public var count: Int { both + onlyFirst + onlySecond + neither }
}
