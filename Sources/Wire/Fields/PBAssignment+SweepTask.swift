import Experiment

extension PBAssignment {
    init(_ key: AttemptKey, _ task: SweepTask) {
        self.init()
        attempt = PBAttemptName(key)
        data = task.data.rawValue
        dataDigest = task.dataDigest.rawValue
        norm = task.parameters.norm.rawValue
        batchSize = UInt32(task.parameters.batchSize)
        seed = UInt64(task.parameters.seed)
        epochs = UInt32(task.parameters.epochs)
        learningRate = task.parameters.learningRate
        captureGradients = task.parameters.captureGradients
        if let limit = task.parameters.trainLimit { trainLimit = UInt32(limit) }
        if let limit = task.parameters.testLimit { testLimit = UInt32(limit) }
    }

    /// The task, whose id must be the hash of its own parameters.
    func checked() throws(WireError) -> SweepTask {
        guard let data = DataSetName(rawValue: data) else { throw WireError(.malformed, "data: unknown data set") }
        guard let digest = DataDigest(rawValue: dataDigest) else {
            throw WireError(.malformed, "data_digest: not a digest")
        }
        let task = SweepTask(parameters: try checkedParameters(), data: data, dataDigest: digest)
        guard task.id.rawValue == attempt.task else {
            throw WireError(.malformed, "attempt: the id is not that of the parameters")
        }
        return task
    }

    private func checkedParameters() throws(WireError) -> TaskParameters {
        var parameters = TaskParameters()
        for name in Hyperparameter.allCases {
            guard let value = value(of: name) else { continue }
            guard name.domain.value(parsing: value.description) == value else {
                throw WireError(.malformed, "\(name.rawValue): out of range")
            }
            parameters[name] = value
        }
        return parameters
    }

    /// `nil` where it is missing, and so at its default.
    private func value(of name: Hyperparameter) -> ParameterValue? {
        switch name {
        case .batchSize: hasBatchSize ? .integer(Int(batchSize)) : nil
        case .captureGradients: hasCaptureGradients ? .flag(captureGradients) : nil
        case .epochs: hasEpochs ? .integer(Int(epochs)) : nil
        case .learningRate: hasLearningRate ? .real(learningRate) : nil
        case .norm: hasNorm ? .word(norm) : nil
        case .seed: hasSeed ? .integer(Int(clamping: seed)) : nil
        case .testLimit: hasTestLimit ? .integer(Int(testLimit)) : nil
        case .trainLimit: hasTrainLimit ? .integer(Int(trainLimit)) : nil
        }
    }
}
