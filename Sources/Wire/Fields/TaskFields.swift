import Experiment
import SwiftProtobuf

/// The fields of a task. The network and a trainer's pipe have messages of their own, which say it alike.
protocol TaskFields: SwiftProtobuf.Message {
    var data: String { get set }
    var dataDigest: String { get set }
    var norm: String { get set }
    var hasNorm: Bool { get }
    var batchSize: UInt32 { get set }
    var hasBatchSize: Bool { get }
    var seed: UInt64 { get set }
    var hasSeed: Bool { get }
    var epochs: UInt32 { get set }
    var hasEpochs: Bool { get }
    var learningRate: Double { get set }
    var hasLearningRate: Bool { get }
    var captureGradients: Bool { get set }
    var hasCaptureGradients: Bool { get }
    var trainLimit: UInt32 { get set }
    var hasTrainLimit: Bool { get }
    var testLimit: UInt32 { get set }
    var hasTestLimit: Bool { get }
}

extension PBAssignment: TaskFields {
    init(_ key: AttemptKey, _ task: SweepTask) {
        self.init(task)
        attempt = PBAttemptName(key)
    }

    /// The task, whose id must be the hash of its own parameters.
    func checked() throws(WireError) -> SweepTask {
        let task = try checkedTask()
        guard task.id.rawValue == attempt.task else {
            throw WireError(.malformed, "attempt: the id is not that of the parameters")
        }
        return task
    }
}

extension PBTrainerTask: TaskFields {}

extension TaskFields {
    init(_ task: SweepTask) {
        self.init()
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

    func checkedTask() throws(WireError) -> SweepTask {
        guard let data = DataSetName(rawValue: data) else { throw WireError(.malformed, "data: unknown data set") }
        guard let digest = DataDigest(rawValue: dataDigest) else {
            throw WireError(.malformed, "data_digest: not a digest")
        }
        return SweepTask(parameters: try checkedParameters(), data: data, dataDigest: digest)
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
