import Statistics

/// The four numbers of an epoch that are compared and aggregated.
public enum Metric: String, CaseIterable, Sendable, Hashable {
    case trainLoss = "train_loss"
    case valLoss = "val_loss"
    case trainAccuracy = "train_acc"
    case valAccuracy = "val_acc"
}

/// Losses are means of batch means; accuracies are in percent, 0 to 100.
public struct EpochMetrics: Sendable {
    public var trainLoss: Double
    public var valLoss: Double
    public var trainAccuracy: Double
    public var valAccuracy: Double

    public init(trainLoss: Double, valLoss: Double, trainAccuracy: Double, valAccuracy: Double) {
        self.trainLoss = trainLoss
        self.valLoss = valLoss
        self.trainAccuracy = trainAccuracy
        self.valAccuracy = valAccuracy
    }

    public subscript(_ metric: Metric) -> Double {
        switch metric {
        case .trainLoss: trainLoss
        case .valLoss: valLoss
        case .trainAccuracy: trainAccuracy
        case .valAccuracy: valAccuracy
        }
    }
}

/// Values sampled from the gradient of one convolution's weights at the middle batch of an epoch.
public struct LayerGradientSample: Sendable {
    /// PyTorch's name of the layer, one of `layers`.
    public var layer: String
    /// `valueCount` of them.
    public var values: [Float]

    public init(layer: String, values: [Float]) {
        self.layer = layer
        self.values = values
    }

    /// The layers that are sampled, in the order of the network.
    public static let layers = ["conv1", "conv2", "conv3"]
    /// So many values are sampled of a layer; each has more weights than that.
    public static let valueCount = 500
}

/// What a worker reports for one epoch of a task: a pure function of the task, never of the host, the clock or the
/// attempt that made it.
public struct EpochRecord: Sendable {
    /// Counts from 1.
    public var epoch: Int
    public var metrics: EpochMetrics
    /// The L2 norm over all gradients, one value a step, when captured; otherwise empty.
    public var gradientNorms: [Double]
    /// When captured, and then only in the first, middle and last epoch; otherwise empty.
    public var layerGradients: [LayerGradientSample]
    /// Which test images were classified right, in the order of the test set: in the last epoch, otherwise `nil`. Also
    /// `nil` in the last one where an earlier version trained it, which did not tell.
    public var outcomes: ImageOutcomes?

    public init(
        epoch: Int, metrics: EpochMetrics, gradientNorms: [Double] = [], layerGradients: [LayerGradientSample] = [],
        outcomes: ImageOutcomes? = nil
    ) {
        self.epoch = epoch
        self.metrics = metrics
        self.gradientNorms = gradientNorms
        self.layerGradients = layerGradients
        self.outcomes = outcomes
    }
}

// Equality is of bits: NaN equals itself and 0 differs from -0, since a repeated execution must give the same bytes.

extension EpochMetrics: Equatable {
    public static func == (left: Self, right: Self) -> Bool {
        Metric.allCases.allSatisfy { left[$0].bitPattern == right[$0].bitPattern }
    }
}

extension LayerGradientSample: Equatable {
    public static func == (left: Self, right: Self) -> Bool {
        left.layer == right.layer && left.values.elementsEqual(right.values) { $0.bitPattern == $1.bitPattern }
    }
}

extension EpochRecord: Equatable {
    public static func == (left: Self, right: Self) -> Bool {
        left.epoch == right.epoch && left.metrics == right.metrics
            && left.gradientNorms.elementsEqual(right.gradientNorms) { $0.bitPattern == $1.bitPattern }
            && left.layerGradients == right.layerGradients && left.outcomes == right.outcomes
    }

    /// Whether two executions of a task came to the same in this epoch: in every bit that both of them tell. That an
    /// earlier version did not tell which images are right is no difference.
    public func agrees(with other: EpochRecord) -> Bool {
        guard outcomes == nil || other.outcomes == nil else { return self == other }
        var (mine, theirs) = (self, other)
        (mine.outcomes, theirs.outcomes) = (nil, nil)
        return mine == theirs
    }

    /// Whether an execution that came to this record is a witness of the stored one: it agrees, and tells all that the
    /// stored one tells. Who keeps silent about the images has said neither yes nor no to them.
    public func confirms(_ stored: EpochRecord) -> Bool {
        agrees(with: stored) && (stored.outcomes == nil || outcomes != nil)
    }
}
