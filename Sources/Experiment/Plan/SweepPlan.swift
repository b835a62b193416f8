/// The tasks of a sweep and what they would cost, before anything runs.
public struct SweepPlan: Sendable {
    public let sweep: Sweep
    /// In the order in which they are handed out.
    public let tasks: [SweepTask]

    public init(sweep: Sweep, dataDigest: DataDigest) {
        self.sweep = sweep
        tasks = sweep.tasks(dataDigest: dataDigest)
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

    init(_ parameters: TaskParameters, data: DataSetName) {
        let images = data.images.limited(by: parameters)
        epochs = parameters.epochs
        steps = epochs * parameters.stepsPerEpoch(trainImages: images.train)
        trainedImages = epochs * images.train
        evaluatedImages = epochs * images.test
    }
}
