/// A batch cut into the pieces that threads share. The cuts depend on the batch alone, since a weight's gradient is
/// summed by shard first: any number of threads gives the same bits.
package struct BatchShards: Sendable {
    package let ranges: [Range<Int>]

    /// Each shard costs a step a partial gradient of its own, so there are no more than threads can be expected.
    package static let maximumCount = 4
    private static let minimumImages = 8

    package init(images: Int) {
        precondition(images > 0, "a batch has images")
        let wanted = min(Self.maximumCount, max(1, images / Self.minimumImages))
        let size = (images + wanted - 1) / wanted
        ranges = stride(from: 0, to: images, by: size).map { $0..<min($0 + size, images) }
    }

    package var images: Int { ranges.last?.upperBound ?? 0 }
}
