/// The images that a sweep trains on.
public enum DataSetName: String, CaseIterable, Sendable, Hashable {
    /// CIFAR-10's binary batches, read from a directory.
    case cifar10
    /// Built in: ten classes of drawings, made on the spot.
    case shapes

    /// What a peer can report of a task follows from these.
    public var images: ImageCounts {
        switch self {
        // As it is published (Krizhevsky, 2009).
        case .cifar10: ImageCounts(train: 50_000, test: 10_000)
        case .shapes: ImageCounts(train: 3_000, test: 600)
        }
    }
}

/// How many images a data set has, or a task uses.
public struct ImageCounts: Sendable, Hashable {
    public let train: Int
    public let test: Int

    public init(train: Int, test: Int) {
        self.train = train
        self.test = test
    }

    /// As the limits of a task leave them. A limit may be larger than the data set.
    func limited(by parameters: TaskParameters) -> ImageCounts {
        ImageCounts(train: min(parameters.trainLimit ?? .max, train), test: min(parameters.testLimit ?? .max, test))
    }
}

extension SweepTask {
    /// How many images it trains on and is validated with.
    public var images: ImageCounts { data.images.limited(by: parameters) }

    /// Optimizer steps.
    public var stepsPerEpoch: Int { parameters.stepsPerEpoch(trainImages: images.train) }
}

extension TaskParameters {
    /// The last, smaller batch is kept.
    package func stepsPerEpoch(trainImages: Int) -> Int { (trainImages + batchSize - 1) / batchSize }

    /// Whether the gradients of the layers are sampled: in the first, the middle and the last epoch.
    package func samplesLayers(inEpoch epoch: Int) -> Bool {
        captureGradients && [1, epochs / 2 + 1, epochs].contains(epoch)
    }
}
