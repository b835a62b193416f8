import Kernels

/// Linear → ReLU → linear → softmax cross entropy.
///
/// The first product of each direction is cut into four by columns, whatever the number of threads, so that its bits
/// do not depend on it. The second layer and the loss are too small to share.
package struct DenseHead {
    package let featureCount: Int
    private let hiddenCount: Int
    private let classCount: Int
    private let kernels: KernelTable
    private let team: ThreadTeam

    private let weights: Tensors
    private let gradients: Tensors

    /// One row of `featureCount` an image; the layer before writes it.
    package let features: UnsafeMutablePointer<Float>
    private let hidden: UnsafeMutablePointer<Float>
    private let dHidden: UnsafeMutablePointer<Float>
    package let logits: UnsafeMutablePointer<Float>
    private let dLogits: UnsafeMutablePointer<Float>

    private static let cuts = 4

    /// Weights are (out, in) as in PyTorch.
    package struct Tensors {
        package var weight1: UnsafeMutablePointer<Float>
        package var bias1: UnsafeMutablePointer<Float>
        package var weight2: UnsafeMutablePointer<Float>
        package var bias2: UnsafeMutablePointer<Float>

        package init(
            weight1: UnsafeMutablePointer<Float>, bias1: UnsafeMutablePointer<Float>,
            weight2: UnsafeMutablePointer<Float>, bias2: UnsafeMutablePointer<Float>
        ) {
            self.weight1 = weight1
            self.bias1 = bias1
            self.weight2 = weight2
            self.bias2 = bias2
        }
    }

    package init(
        featureCount: Int, capacity: Int, weights: Tensors, gradients: Tensors, arena: Arena, team: ThreadTeam,
        kernels: KernelTable
    ) {
        self.featureCount = featureCount
        hiddenCount = ParameterLayout.hiddenCount
        classCount = ParameterLayout.classCount
        self.weights = weights
        self.gradients = gradients
        self.team = team
        self.kernels = kernels
        features = arena.floats(capacity * featureCount)
        hidden = arena.floats(capacity * hiddenCount)
        dHidden = arena.floats(capacity * hiddenCount)
        logits = arena.floats(capacity * classCount)
        dLogits = arena.floats(capacity * classCount)
    }

    /// Loss and hits of the first `images` rows of `features`; the gradient of the logits is kept for `backward`.
    package func forward(images: Int, labels: UnsafePointer<Int>) -> CrossEntropyResult {
        let width = hiddenCount / Self.cuts
        team.forEach(Self.cuts) { cut, _ in
            multiply(
                Matrix(features, rowStride: featureCount),
                Matrix(weights.weight1 + cut * width * featureCount, rowStride: featureCount, isTransposed: true),
                ProductSize(rows: images, columns: width, inner: featureCount),
                into: hidden + cut * width, rowStride: hiddenCount)
        }
        kernels.addBiasAndRectify(hidden, weights.bias1, MatrixSize(rows: images, columns: hiddenCount))
        multiply(
            Matrix(hidden, rowStride: hiddenCount),
            Matrix(weights.weight2, rowStride: hiddenCount, isTransposed: true),
            ProductSize(rows: images, columns: classCount, inner: hiddenCount), into: logits, rowStride: classCount)
        let size = MatrixSize(rows: images, columns: classCount)
        addBias(values: logits, bias: weights.bias2, size: size)
        return softmaxCrossEntropy(logits: logits, labels: labels, size: size, dLogits: dLogits)
    }

    /// Gradients of the parameters and, into `dFeatures`, of the features of the batch that went forward last.
    package func backward(images: Int, dFeatures: UnsafeMutablePointer<Float>) {
        multiply(
            Matrix(dLogits, rowStride: classCount, isTransposed: true), Matrix(hidden, rowStride: hiddenCount),
            ProductSize(rows: classCount, columns: hiddenCount, inner: images),
            into: gradients.weight2, rowStride: hiddenCount)
        kernels.columnSums(dLogits, MatrixSize(rows: images, columns: classCount), gradients.bias2)
        multiply(
            Matrix(dLogits, rowStride: classCount), Matrix(weights.weight2, rowStride: hiddenCount),
            ProductSize(rows: images, columns: hiddenCount, inner: classCount), into: dHidden, rowStride: hiddenCount)
        kernels.rectifyGradient(dHidden, hidden, images * hiddenCount)
        kernels.columnSums(dHidden, MatrixSize(rows: images, columns: hiddenCount), gradients.bias1)
        let width = featureCount / Self.cuts
        team.forEach(Self.cuts) { cut, _ in
            let first = cut * width
            multiply(
                Matrix(dHidden, rowStride: hiddenCount, isTransposed: true),
                Matrix(features + first, rowStride: featureCount),
                ProductSize(rows: hiddenCount, columns: width, inner: images),
                into: gradients.weight1 + first, rowStride: featureCount)
            multiply(
                Matrix(dHidden, rowStride: hiddenCount), Matrix(weights.weight1 + first, rowStride: featureCount),
                ProductSize(rows: images, columns: width, inner: hiddenCount),
                into: dFeatures + first, rowStride: featureCount)
        }
    }
}
