/// How many images a data set has.
public struct ImageCounts: Sendable, Hashable {
    public let train: Int
    public let test: Int

    public init(train: Int, test: Int) {
        self.train = train
        self.test = test
    }

    /// CIFAR-10 as it is published (Krizhevsky, 2009).
    public static let cifar10 = ImageCounts(train: 50_000, test: 10_000)
}

/// The tasks of a sweep and what they would cost, before anything runs.
public struct SweepPlan: Sendable {
    public let sweep: Sweep
    /// In the order in which they are handed out.
    public let tasks: [SweepTask]
    public let images: ImageCounts

    public init(sweep: Sweep, dataDigest: DataDigest, images: ImageCounts) {
        self.sweep = sweep
        tasks = sweep.tasks(dataDigest: dataDigest)
        self.images = images
    }

    /// One JSON object: `{"name":…,"tasks":[{"id":…,"norm":…,"batch_size":…,"seed":…,…}]}` with every hyperparameter
    /// that is set, constants and defaults too. No line feed at the end.
    public var json: String {
        let objects = tasks.map { task in
            let members = Self.memberOrder.compactMap { name in
                task.parameters[name].map { "\"\(name.rawValue)\":\(jsonText($0))" }
            }
            return "{" + (["\"id\":\"\(task.id)\""] + members).joined(separator: ",") + "}"
        }
        return "{\"name\":\"\(sweep.name)\",\"tasks\":[" + objects.joined(separator: ",") + "]}"
    }

    private static let memberOrder: [Hyperparameter] = {
        let first: [Hyperparameter] = [.norm, .batchSize, .seed]
        return first + Hyperparameter.allCases.filter { !first.contains($0) }
    }()
}

/// Words and names need no escapes: neither may hold anything but letters, digits, `-`, `_` and `.`.
private func jsonText(_ value: ParameterValue) -> String {
    if case .word(let word) = value { "\"\(word)\"" } else { value.description }
}

/// What training one task once takes, counted.
struct TaskCost {
    var epochs = 0
    /// Optimizer steps.
    var steps = 0
    /// Forward and backward.
    var trainedImages = 0
    /// Forward only.
    var evaluatedImages = 0

    init(_ parameters: TaskParameters, images: ImageCounts) {
        let train = min(parameters.trainLimit ?? .max, images.train)
        let test = min(parameters.testLimit ?? .max, images.test)
        epochs = parameters.epochs
        // The last, smaller batch is kept.
        steps = epochs * ((train + parameters.batchSize - 1) / parameters.batchSize)
        trainedImages = epochs * train
        evaluatedImages = epochs * test
    }
}
