import Experiment
import Kernels
import Statistics

/// How to train; no result depends on it.
public struct TrainerOptions: Sendable, Hashable {
    /// Threads that share the work of a batch, at least 1. The convolutions have work for one in 8 images of a batch,
    /// and for 4 at most.
    public var threads: Int
    /// `nil` for the fastest that this processor has.
    public var kernels: KernelSelection?
    /// Compute the gradient norm of every step even where the task does not capture it.
    public var reportsGradientNorms: Bool

    public init(threads: Int = 1, kernels: KernelSelection? = nil, reportsGradientNorms: Bool = false) {
        self.threads = threads
        self.kernels = kernels
        self.reportsGradientNorms = reportsGradientNorms
    }
}

/// One optimizer step.
public struct StepReport: Sendable, Hashable {
    /// Counts from 1.
    public let epoch: Int
    /// Counts from 1 through all epochs.
    public let step: Int
    /// The batch's mean.
    public let loss: Float
    /// The L2 norm over all gradients before the step; `nil` unless captured or asked for.
    public let gradientNorm: Double?

    package init(epoch: Int, step: Int, loss: Float, gradientNorm: Double?) {
        self.epoch = epoch
        self.step = step
        self.loss = loss
        self.gradientNorm = gradientNorm
    }
}

/// Trains one task, epoch by epoch, as the PyTorch notebook does with the same seed.
///
/// Not thread-safe: one thread uses it. Epoch records and checkpoints are functions of the task alone.
public final class Trainer {
    public let parameters: TaskParameters
    /// The kernels in use.
    public let kernels: KernelSelection
    public internal(set) var completedEpochs = 0
    /// Optimizer steps taken.
    public internal(set) var completedSteps = 0

    package let network: Network
    let dataDigest: DataDigest
    var generator: MersenneTwister
    private let train: ImageRecords
    private let test: ImageRecords
    private let testOrder: [Int32]
    private let reportsGradientNorms: Bool

    /// - Throws: `TrainingError` where this processor lacks the kernels or the data set has no images.
    public init(parameters: TaskParameters, data: DataSet, options: TrainerOptions = TrainerOptions())
        throws(TrainingError)
    {
        self.parameters = parameters
        kernels = options.kernels ?? .best
        train = parameters.trainLimit.map { data.train.prefix($0) } ?? data.train
        test = parameters.testLimit.map { data.test.prefix($0) } ?? data.test
        dataDigest = data.digest
        guard train.count > 0, test.count > 0 else {
            throw TrainingError(.data, "data set \(data.name.rawValue): no images to train and validate with; check it")
        }
        testOrder = (0..<Int32(test.count)).map { $0 }
        reportsGradientNorms = options.reportsGradientNorms || parameters.captureGradients
        network = Network(
            norm: parameters.norm, capacity: min(parameters.batchSize, max(train.count, test.count)),
            threads: options.threads, kernels: try kernels.table())
        generator = MersenneTwister(seed: UInt64(parameters.seed))
        InitialWeights.draw(layout: network.layout, generator: &generator, into: network.parameters)
    }

    /// The name of the kernels that a trainer chooses on this host: `avx512`, `avx2` or `reference`.
    public static func bestKernelsName() -> String { KernelSelection.best.rawValue }

    /// Steps of an epoch; the last one may have a smaller batch.
    public var stepsPerEpoch: Int { parameters.stepsPerEpoch(trainImages: train.count) }

    /// Training images of an epoch.
    public var imagesPerEpoch: Int { train.count }

    /// Test images of an epoch's validation.
    package var imagesPerValidation: Int { test.count }

    /// Trains and validates one epoch.
    ///
    /// - Parameters:
    ///   - onStep: Called after each step.
    ///   - isStopped: Asked before each batch.
    /// - Throws: `TrainingError` of code `.diverged` where a loss is not finite, `.stopped` where `isStopped` says so;
    ///   the trainer is of no use from then on. `.finished` where all epochs are trained.
    public func trainEpoch(
        onStep: (StepReport) -> Void = { _ in }, until isStopped: () -> Bool = { false }
    ) throws(TrainingError) -> EpochRecord {
        let epoch = completedEpochs + 1
        guard epoch <= parameters.epochs else {
            throw TrainingError(.finished, "epoch \(epoch): the task has \(parameters.epochs) and they are trained")
        }
        let order = LoaderOrder.shuffled(count: train.count, generator: &generator)
        var tally = Tally(), norms: [Double] = [], layerGradients: [LayerGradientSample] = []
        for (index, batch) in order.batches(of: parameters.batchSize).enumerated() {
            if isStopped() { throw TrainingError(.stopped, "stopped in epoch \(epoch)") }
            let report = try trainBatch(batch, epoch: epoch, tally: &tally)
            if parameters.captureGradients { norms.append(report.gradientNorm ?? 0) }
            if capturesLayers(epoch: epoch, batch: index) { layerGradients = sampleLayerGradients(epoch: epoch) }
            onStep(report)
        }
        let validation = try validate(epoch: epoch, until: isStopped)
        completedEpochs = epoch
        let metrics = EpochMetrics(
            trainLoss: tally.meanLoss, valLoss: validation.tally.meanLoss,
            trainAccuracy: tally.accuracy, valAccuracy: validation.tally.accuracy)
        return EpochRecord(
            epoch: epoch, metrics: metrics, gradientNorms: norms, layerGradients: layerGradients,
            outcomes: epoch == parameters.epochs ? ImageOutcomes(validation.hits) : nil)
    }

    private func trainBatch(
        _ batch: ArraySlice<Int32>, epoch: Int, tally: inout Tally
    ) throws(TrainingError) -> StepReport {
        let result = network.forward(train, indices: batch, isTraining: true)
        let step = completedSteps + 1
        guard result.loss.isFinite else {
            throw TrainingError(
                .diverged, "epoch \(epoch), step \(step): the loss is \(result.loss); use a smaller learning rate")
        }
        network.backward(
            images: batch.count, adam: AdamCoefficients(step: step, learningRate: parameters.learningRate),
            keepsGradients: reportsGradientNorms)
        let norm = reportsGradientNorms ? network.gradientNorm() : nil
        completedSteps = step
        tally.add(result, images: batch.count)
        return StepReport(epoch: epoch, step: step, loss: result.loss, gradientNorm: norm)
    }

    /// `hits`: whether each test image is right.
    private func validate(
        epoch: Int, until isStopped: () -> Bool
    ) throws(TrainingError) -> (tally: Tally, hits: [Bool]) {
        LoaderOrder.sequential(generator: &generator)
        var tally = Tally(), hits: [Bool] = []
        hits.reserveCapacity(test.count)
        for batch in testOrder.batches(of: parameters.batchSize) {
            if isStopped() { throw TrainingError(.stopped, "stopped after epoch \(epoch)") }
            tally.add(network.forward(test, indices: batch, isTraining: false), images: batch.count)
            hits += network.hits(batch.count)
        }
        guard tally.meanLoss.isFinite else {
            throw TrainingError(
                .diverged,
                "epoch \(epoch), after step \(completedSteps): the validation loss is \(tally.meanLoss); "
                    + "use a smaller learning rate")
        }
        return (tally, hits)
    }
}

/// The notebook's sums over the batches of an epoch.
private struct Tally {
    private var lossTotal = 0.0
    private var batches = 0
    private var correct = 0
    private var images = 0

    mutating func add(_ result: CrossEntropyResult, images count: Int) {
        lossTotal += Double(result.loss)
        batches += 1
        correct += result.correct
        images += count
    }

    var meanLoss: Double { lossTotal / Double(batches) }

    /// In percent.
    var accuracy: Double { 100 * Double(correct) / Double(images) }
}

extension [Int32] {
    /// Slices of `size` in order; the last one may be shorter.
    fileprivate func batches(of size: Int) -> some Sequence<ArraySlice<Int32>> {
        stride(from: 0, to: count, by: size).lazy.map { self[$0..<Swift.min($0 + size, count)] }
    }
}
