import Kernels

/// A 3×3 convolution with stride 1 and padding 1, without its bias, on blocks of images that a thread takes one after
/// the other. Images have channels innermost; inputs have a border of one pixel.
///
/// `member` is the thread's number in its team: each has its own scratch.
package protocol Convolution {
    var input: ActivationShape { get }
    var outputShape: ActivationShape { get }
    /// Images of a block at most. Fixed by the shape, since it sets the order in which a weight's gradient is summed.
    var blockImages: Int { get }
    /// Floats of the weights, which lie as (row, column, input channel, output channel).
    var weightCount: Int { get }

    init(
        input: ActivationShape, outputChannels: Int, weights: UnsafeMutablePointer<Float>, members: Int, arena: Arena,
        kernels: KernelTable)

    /// Pieces of the work that brings the weights into the form that the products need, before a batch; the latter of
    /// them only for training.
    func preparationUnits(isTraining: Bool) -> Int
    func prepare(unit: Int)

    /// Dense outputs of `images` padded images at `padded`.
    func forward(
        padded: UnsafePointer<Float>, images: Int, output: UnsafeMutablePointer<Float>, member: Int)

    /// Adds the block to the member's sum of the weights' gradient, or starts a new sum, and writes the gradient of the
    /// inputs, dense images without border, unless `dInput` is `nil`.
    ///
    /// - Parameter gradient: The output's gradient of an image of the block, counted from 0.
    func backward(
        padded: UnsafePointer<Float>, images: Int, dInput: UnsafeMutablePointer<Float>?, member: Int,
        startsSum: Bool, gradient: (_ image: Int) -> PooledGradient)

    /// The member's sum of the weights' gradient, in the order of the weights.
    func writeWeightGradient(_ dWeights: UnsafeMutablePointer<Float>, member: Int)
}
