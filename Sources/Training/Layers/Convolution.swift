import Experiment
import Kernels

/// A 3×3 convolution with stride 1 and padding 1, without its bias, on blocks of images that a thread takes one after
/// the other. It keeps of its output what its backward pass needs.
///
/// `member` is the thread's number in its team: each has its own scratch. Images count within the batch.
package protocol Convolution {
    var input: ActivationShape { get }
    var outputShape: ActivationShape { get }
    /// Floats of one input image, in the form that this convolution reads: see its type.
    var inputCount: Int { get }
    /// Images of a block at most. Fixed by the shape, since it sets the order in which a weight's gradient is summed.
    var blockImages: Int { get }
    /// Floats of the weights, which lie as (row, column, input channel, output channel).
    var weightCount: Int { get }

    /// Pieces of the work that brings the weights into the form that a pass needs. A form may take the other's place.
    func preparationUnits(for form: WeightForm) -> Int
    func prepare(_ form: WeightForm, unit: Int)

    /// Peaks and statistics of a block; `input` is its first image.
    func forward(_ images: Range<Int>, input: UnsafePointer<Float>, member: Int, pass: ForwardPass)

    /// Where `backward` leaves the gradient of the inputs; `nil` where it makes none.
    var inputGradient: GradientImages? { get }

    /// Adds the block to the member's sum of the weights' gradient, or starts a new sum, and writes the gradient of the
    /// inputs.
    ///
    func backward(
        _ images: Range<Int>, input: UnsafePointer<Float>, member: Int, startsSum: Bool, pass: BackwardPass)

    /// The member's sum of the weights' gradient, in the order of the weights. `terms` are those of one of its images,
    /// which with batch norm are those of all.
    func writeWeightGradient(_ dWeights: UnsafeMutablePointer<Float>, member: Int, terms: GradientTerms)
}

/// What a convolution's products read instead of the weights.
package enum WeightForm {
    case forward, backward
}

/// The gradient of a pooled output: padded images whose border means nothing, `imageStride` floats apart.
package struct GradientImages {
    package let start: UnsafeMutablePointer<Float>
    package let imageStride: Int

    package init(start: UnsafeMutablePointer<Float>, imageStride: Int) {
        self.start = start
        self.imageStride = imageStride
    }
}

/// Asks for one of several parts of what the inputs of some images are made from, to find it in the cache later.
package typealias InputPrefetch = (_ images: Range<Int>, _ part: Int, _ parts: Int) -> Void

/// What a backward pass reads besides its inputs.
package struct BackwardPass {
    /// What an image's output gradient is made from.
    package let gradient: (_ image: Int) -> PooledGradient
    package let prefetchInput: InputPrefetch
}

/// What a forward pass writes and needs to know of the norm that follows.
package struct ForwardPass {
    /// Whether a backward pass follows.
    package let isTraining: Bool
    /// Whether peaks are all that the norm reads of the output and no backward pass follows.
    package let needsPeaksAlone: Bool
    package let prefetchInput: InputPrefetch
    /// Values with the signs of the norm's factors, one a channel.
    package let peakSigns: UnsafePointer<Float>
    /// The batch's peaks, dense images; its channels' means and sums of squared deviations, one row an image.
    package let peaks: UnsafeMutablePointer<Float>
    package let means: UnsafeMutablePointer<Float>
    package let squares: UnsafeMutablePointer<Float>

    /// Where an image's summary goes, from one of its channels on.
    func summary(_ image: Int, _ shape: ActivationShape, channelsFrom first: Int = 0) -> OutputSummary {
        let row = image * shape.channels + first
        return OutputSummary(
            peaks: peaks + image * shape.pooled.count + first,
            statistics: needsPeaksAlone ? nil : ChannelStatistics(means: means + row, squares: squares + row))
    }
}

/// Where a convolution finds its weights and makes its buffers.
package struct ConvolutionContext {
    package let weights: UnsafeMutablePointer<Float>
    /// The convolution's bias, which layer norm's statistics need to know.
    package let bias: UnsafePointer<Float>
    package let norm: Norm
    /// Images of a batch at most.
    package let capacity: Int
    /// Threads of the team.
    package let members: Int
    package let arena: Arena
    package let kernels: KernelTable
}
