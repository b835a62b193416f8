import Kernels

/// Linear → ReLU → linear → softmax cross entropy.
///
/// The first layer's products are cut into pieces for the team; the second layer and the loss are too small to share.
package struct DenseHead {
    package let featureCount: Int
    private let hiddenCount: Int
    private let classCount: Int
    private let kernels: KernelTable
    private let team: ThreadTeam

    private let weights: Tensors
    private let gradients: Tensors

    /// One row an image, `featureStride` apart.
    private let features: UnsafeMutablePointer<Float>
    private let hidden: UnsafeMutablePointer<Float>
    private let dHidden: UnsafeMutablePointer<Float>
    /// The gradient of the features, as that of a pooled output of `shape`.
    package let dFeatures: GradientImages
    private let shape: ActivationShape
    /// Rows of `logitStride`, the classes filled up with zeros.
    private let logits: UnsafeMutablePointer<Float>
    private let dLogits: UnsafeMutablePointer<Float>
    /// `dHidden` with an image in each column; the images filled up to a multiple of 8.
    private let dHiddenColumns: UnsafeMutablePointer<Float>
    /// The gradient of a panel of features, likewise, for each member of the team.
    private let dPanels: [UnsafeMutablePointer<Float>]
    /// The gradient of a panel's weights where it is not kept.
    private let dWeightPanels: [UnsafeMutablePointer<Float>]
    /// The second weights as (in, out), filled up with zeros.
    private let transposed2: UnsafeMutablePointer<Float>

    private static let panel = 64
    private static let logitStride = 16
    /// Images at most for which the first weights' gradient and Adam's step are one kernel: with more, the product
    /// alone keeps the processor busy, and its own kernel has larger tiles.
    private static let fusedImages = 16
    /// Terms of a product's inner sum that are added up before they are added to the rest.
    private static let innerBlock = 256

    /// The first weights are (in, out); the second (out, in) as in PyTorch. Biases have room for 16 values.
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

    /// The features are images of `shape`, whose channels are a multiple of 64.
    package init(
        shape: ActivationShape, capacity: Int, weights: Tensors, gradients: Tensors, arena: Arena, team: ThreadTeam,
        kernels: KernelTable
    ) {
        precondition(shape.channels % Self.panel == 0, "\(shape.channels) channels are no whole panels")
        self.shape = shape
        featureCount = shape.count
        hiddenCount = ParameterLayout.hiddenCount
        classCount = ParameterLayout.classCount
        self.weights = weights
        self.gradients = gradients
        self.team = team
        self.kernels = kernels
        features = arena.floats(capacity * (featureCount + 16))
        let images = Arena.padded(capacity)
        dFeatures = GradientImages(
            start: arena.floats(images * shape.paddedCount), imageStride: shape.paddedCount)
        hidden = arena.floats(capacity * hiddenCount)
        dHidden = arena.floats(images * hiddenCount)
        dHiddenColumns = arena.floats(images * hiddenCount)
        dPanels = (0..<team.count).map { _ in arena.floats(Self.panel * images) }
        dWeightPanels = (0..<team.count).map { _ in arena.floats(Self.panel * ParameterLayout.hiddenCount) }
        logits = arena.floats(capacity * Self.logitStride)
        dLogits = arena.floats(capacity * Self.logitStride)
        transposed2 = arena.floats(hiddenCount * Self.logitStride)
    }

    /// The features need one vector less: a column would otherwise be in one set of the first-level cache.
    private var featureStride: Int { featureCount + 16 }

    private var panels: Int { featureCount / Self.panel }

    /// The columns that hold an image each: as many as a product can have.
    private func imageColumns(_ images: Int) -> Int { (images + 7) / 8 * 8 }

    /// Where the layer before writes an image's features, row by row without a gap.
    package func features(_ image: Int) -> UnsafeMutablePointer<Float> { features + image * featureStride }

    /// Where the gradients of the features from `first` to the end of its pixel go: a row an image.
    private func dFeatureRows(from first: Int) -> StridedOutput {
        let (pixel, channel) = first.quotientAndRemainder(dividingBy: shape.channels)
        let (row, column) = pixel.quotientAndRemainder(dividingBy: shape.width)
        let place = shape.paddedOrigin + row * shape.paddedRowStride + column * shape.channels + channel
        return StridedOutput(start: dFeatures.start + place, rowStride: dFeatures.imageStride)
    }

    /// Brings the second weights into the form that `forward` needs.
    private func prepare() {
        transposeReference(
            source: weights.weight2, sourceStride: hiddenCount,
            size: MatrixSize(rows: classCount, columns: hiddenCount),
            target: StridedOutput(start: transposed2, rowStride: Self.logitStride))
    }

    /// Loss and hits of the first `images` rows of features; the gradient of the logits is kept for `backward`.
    ///
    /// - Parameter hits: gets whether each image is right.
    package func forward(
        images: Int, labels: UnsafePointer<Int>, hits: UnsafeMutablePointer<Bool>
    ) -> CrossEntropyResult {
        prepare()
        // One thread takes all columns at once, and reads the weights as they lie.
        let columns = team.count == 1 ? hiddenCount : Self.panel
        team.forEach(hiddenCount / columns) { unit, _ in
            let column = unit * columns
            for k in stride(from: 0, to: featureCount, by: Self.innerBlock) {
                kernels.matrixProduct(
                    LeftMatrix(features + k, rowStride: featureStride),
                    RightMatrix(weights.weight1 + k * hiddenCount + column, innerStride: hiddenCount),
                    ProductSize(rows: images, columns: columns, inner: min(Self.innerBlock, featureCount - k)),
                    StridedOutput(start: hidden + column, rowStride: hiddenCount), k > 0)
            }
        }
        kernels.addBiasAndRectify(hidden, weights.bias1, MatrixSize(rows: images, columns: hiddenCount))
        kernels.matrixProduct(
            LeftMatrix(hidden, rowStride: hiddenCount), RightMatrix(transposed2, innerStride: Self.logitStride),
            ProductSize(rows: images, columns: Self.logitStride, inner: hiddenCount),
            StridedOutput(start: logits, rowStride: Self.logitStride), false)
        addBias(values: logits, bias: weights.bias2, size: MatrixSize(rows: images, columns: Self.logitStride))
        return softmaxCrossEntropy(
            logits: logits, labels: labels, size: MatrixSize(rows: images, columns: classCount),
            rowStride: Self.logitStride, dLogits: dLogits, hits: hits)
    }

    /// Gradients of the parameters and of the features of the batch that went forward last. `update` then changes the
    /// parameters; the gradient of the first weights, a megabyte, is then stored only where `update` keeps it.
    package func backward(images: Int, update: AdamUpdate?) {
        hiddenBackward(images: images)
        let filled = imageColumns(images)
        (dHidden + images * hiddenCount).update(repeating: 0, count: (filled - images) * hiddenCount)
        kernels.transpose(
            dHidden, hiddenCount, MatrixSize(rows: filled, columns: hiddenCount),
            StridedOutput(start: dHiddenColumns, rowStride: filled))
        team.forEach(panels) { panel, member in
            panelBackward(panel, images: images, member: member, update: update)
        }
        guard let update else { return }
        update.apply(gradients.bias1, count: hiddenCount)
        update.apply(gradients.weight2, count: classCount * hiddenCount)
        update.apply(gradients.bias2, count: classCount)
    }

    /// The second layer's gradients, and the first one's biases'.
    private func hiddenBackward(images: Int) {
        kernels.matrixProduct(
            LeftMatrix(dLogits, rowStride: 1, innerStride: Self.logitStride),
            RightMatrix(hidden, innerStride: hiddenCount),
            ProductSize(rows: classCount, columns: hiddenCount, inner: images),
            StridedOutput(start: gradients.weight2, rowStride: hiddenCount), false)
        kernels.columnSums(dLogits, MatrixSize(rows: images, columns: Self.logitStride), gradients.bias2)
        kernels.matrixProduct(
            LeftMatrix(dLogits, rowStride: Self.logitStride), RightMatrix(weights.weight2, innerStride: hiddenCount),
            ProductSize(rows: images, columns: hiddenCount, inner: classCount),
            StridedOutput(start: dHidden, rowStride: hiddenCount), false)
        kernels.rectifyGradient(dHidden, hidden, images * hiddenCount)
        kernels.columnSums(dHidden, MatrixSize(rows: images, columns: hiddenCount), gradients.bias1)
    }

    /// The gradients of a panel of features and of their weights, which then change while they are in the cache.
    private func panelBackward(_ panel: Int, images: Int, member: Int, update: AdamUpdate?) {
        let first = panel * Self.panel, filled = imageColumns(images), weightOffset = first * hiddenCount
        // With an image in each column, the weights are read as they lie.
        kernels.matrixProduct(
            LeftMatrix(weights.weight1 + weightOffset, rowStride: hiddenCount),
            RightMatrix(dHiddenColumns, innerStride: filled),
            ProductSize(rows: Self.panel, columns: filled, inner: hiddenCount),
            StridedOutput(start: dPanels[member], rowStride: filled), false)
        kernels.transpose(
            dPanels[member], filled, MatrixSize(rows: Self.panel, columns: filled), dFeatureRows(from: first))

        let left = LeftMatrix(features + first, rowStride: 1, innerStride: featureStride)
        let right = RightMatrix(dHidden, innerStride: hiddenCount)
        let size = ProductSize(rows: Self.panel, columns: hiddenCount, inner: images)
        guard let update, !update.keepsGradients else {
            let dWeights = gradients.weight1 + weightOffset
            kernels.matrixProduct(left, right, size, StridedOutput(start: dWeights, rowStride: hiddenCount), false)
            update?.apply(dWeights, count: Self.panel * hiddenCount)
            return
        }
        let scratch = dWeightPanels[member], offset = gradients.weight1 - update.gradients + weightOffset
        if images <= Self.fusedImages {
            update.apply(productOf: left, right, size, offset: offset, scratch: scratch)
        } else {
            kernels.matrixProduct(left, right, size, StridedOutput(start: scratch, rowStride: hiddenCount), false)
            update.apply(scratch, count: Self.panel * hiddenCount, offset: offset)
        }
    }
}
