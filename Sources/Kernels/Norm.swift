// What the norms share. Their arithmetic is by channel, in Double.

/// Added to the variance under the root, in every norm.
public let normEpsilon = 1e-5

/// One norm's buffers by channel. `affine` comes of `centre`, the deviation and γ, β; see `GradientTerms` for the rest.
public struct NormRows {
    public var scale: UnsafeMutablePointer<Float>
    public var shift: UnsafeMutablePointer<Float>
    /// The mean that is subtracted from the convolution's output without bias.
    public var centre: UnsafeMutablePointer<Float>
    /// 1 / √(variance + ε).
    public var inverseDeviation: UnsafeMutablePointer<Float>
    public var gain: UnsafeMutablePointer<Float>
    public var slope: UnsafeMutablePointer<Float>
    public var offset: UnsafeMutablePointer<Float>

    /// `storage`: seven rows of `channels` floats, one after the other.
    public init(storage: UnsafeMutablePointer<Float>, channels: Int) {
        scale = storage
        shift = storage + channels
        centre = storage + 2 * channels
        inverseDeviation = storage + 3 * channels
        gain = storage + 4 * channels
        slope = storage + 5 * channels
        offset = storage + 6 * channels
    }

    public static let rowCount = 7

    public var affine: ChannelAffine { ChannelAffine(scale: scale, shift: shift) }

    public var terms: GradientTerms { GradientTerms(gain: gain, slope: slope, centre: centre, offset: offset) }
}

/// The learned values of one block: the convolution's bias and the norm's γ and β.
public struct NormParameters {
    public var bias: UnsafePointer<Float>
    public var gamma: UnsafePointer<Float>
    public var beta: UnsafePointer<Float>

    public init(bias: UnsafePointer<Float>, gamma: UnsafePointer<Float>, beta: UnsafePointer<Float>) {
        self.bias = bias
        self.gamma = gamma
        self.beta = beta
    }
}

/// The gradients of a norm's parameters.
public struct NormGradients {
    public var bias: UnsafeMutablePointer<Float>
    public var gamma: UnsafeMutablePointer<Float>
    public var beta: UnsafeMutablePointer<Float>

    public init(
        bias: UnsafeMutablePointer<Float>, gamma: UnsafeMutablePointer<Float>, beta: UnsafeMutablePointer<Float>
    ) {
        self.bias = bias
        self.gamma = gamma
        self.beta = beta
    }
}

/// Running statistics, one value a channel.
public struct RunningStatistics {
    public var mean: UnsafeMutablePointer<Float>
    public var variance: UnsafeMutablePointer<Float>

    public init(mean: UnsafeMutablePointer<Float>, variance: UnsafeMutablePointer<Float>) {
        self.mean = mean
        self.variance = variance
    }
}

/// Two values a channel for each of `count` images, one row of `channels` an image: means and squares forward, sums and
/// products backward.
public struct ImageRows {
    public var first: UnsafeMutablePointer<Float>
    public var second: UnsafeMutablePointer<Float>
    public var count: Int

    public init(first: UnsafeMutablePointer<Float>, second: UnsafeMutablePointer<Float>, count: Int) {
        self.first = first
        self.second = second
        self.count = count
    }
}
