import Experiment

// What a checkpoint says of itself is checked against the task before a trainer takes it over: it may come from another
// host, and its SHA-256 says only that it arrived as it was made.

extension Checkpoint {
    /// Refuses a state that no training of the task reaches.
    ///
    /// - Throws: `TrainingError` of code `.checkpoint`, with the number that is wrong.
    func check(stepsPerEpoch: Int) throws(TrainingError) {
        let epochs = parameters.epochs
        guard (0...epochs).contains(completedEpochs) else {
            throw Self.impossible("it is of epoch \(completedEpochs), and the task has \(epochs)")
        }
        let steps = completedEpochs * stepsPerEpoch
        guard completedSteps == steps else {
            throw Self.impossible("it counts \(completedSteps) steps, and \(completedEpochs) epochs have \(steps)")
        }
        for tensor in tensors { try check(tensor) }
    }

    private func check(_ tensor: NamedTensor) throws(TrainingError) {
        switch tensor.values {
        case .integers(let values):
            // The random state has a rule of its own.
            guard tensor.name.hasSuffix(Self.batchesTracked), values != [Int64(completedSteps)] else { return }
            throw Self.impossible("\(tensor.name) is \(values), and it counts \(completedSteps) steps")
        case .floats(let values):
            let isSquare = Self.squares.contains { tensor.name.hasPrefix($0) || tensor.name.hasSuffix($0) }
            guard let value = values.first(where: { isSquare ? !($0 >= 0) : !$0.isFinite }) else { return }
            throw Self.impossible("\(tensor.name) holds \(value)")
        }
    }

    private static let batchesTracked = ".num_batches_tracked"
    /// Means of squares. They may be infinite, since the square of a finite number may be; what is divided by them is
    /// finite still.
    private static let squares = ["optimizer.exp_avg_sq.", ".running_var"]

    private static func impossible(_ reason: String) -> TrainingError {
        TrainingError(.checkpoint, "no training gives this checkpoint: \(reason)")
    }
}
