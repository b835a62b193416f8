import Experiment
import Scheduling
import Transport

/// Everything that a worker is told before it starts; all of it is validated.
public struct WorkerConfiguration: Sendable {
    public var token: JoinToken
    public var name: WorkerID
    public var slots: Int
    /// `--data`; `nil` for the cache.
    public var dataDirectory: String?
    public var trainer: TrainerLaunch
    /// The version and the build that the coordinator is told.
    public var build: String
    /// Whether a coordinator started this process, and holds the other end of its standard input: this worker then
    /// waits for the next coordinator only for a while, the policy's `linger`.
    public var hasStarter = false
    /// Where the keys are that workers of this user made; `nil` where there is no place for them.
    public var keyDirectory: String?
    /// What keeps this worker's key apart from those of others with one home: the name of its host, or its own.
    public var keyLabel = "worker"
    public var policy = WorkerSession.Policy()

    public init(
        token: JoinToken, name: WorkerID, slots: Int, dataDirectory: String?, trainer: TrainerLaunch, build: String
    ) {
        self.token = token
        self.name = name
        self.slots = slots
        self.dataDirectory = dataDirectory
        self.trainer = trainer
        self.build = build
    }
}
