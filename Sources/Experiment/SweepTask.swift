/// A point with a seed: one training run, and all that a worker needs to know of it.
public struct SweepTask: Sendable, Hashable {
    public let id: TaskID
    public let parameters: TaskParameters
    public let data: DataSetName
    /// A worker whose images have another digest refuses the task.
    public let dataDigest: DataDigest

    public init(parameters: TaskParameters, data: DataSetName, dataDigest: DataDigest) {
        id = TaskID(parameters: parameters, data: dataDigest)
        self.parameters = parameters
        self.data = data
        self.dataDigest = dataDigest
    }
}
