/// The shape of one image's activations: row by row, channels innermost, so that a vector holds channels of one pixel
/// and no kernel adds across its lanes.
public struct ActivationShape: Sendable, Hashable {
    public let height: Int
    public let width: Int
    public let channels: Int

    public init(height: Int, width: Int, channels: Int) {
        self.height = height
        self.width = width
        self.channels = channels
    }

    public var pixels: Int { height * width }

    /// Floats of one image.
    public var count: Int { pixels * channels }

    /// Floats of one image inside of a border one pixel wide, as a 3×3 convolution reads it.
    public var paddedCount: Int { (height + 2) * paddedRowStride }

    /// Floats from a pixel to the one below it in a padded image.
    public var paddedRowStride: Int { (width + 2) * channels }

    /// Floats from the start of a padded image to its first inner pixel.
    public var paddedOrigin: Int { paddedRowStride + channels }

    /// The shape after 2×2 pooling.
    public var pooled: ActivationShape {
        ActivationShape(height: height / 2, width: width / 2, channels: channels)
    }
}
