import Journal
import Logging
import Scheduling
import Transport

/// Everything that a coordinator is told before it starts; all of it is validated.
public struct CoordinatorConfiguration: Sendable {
    /// The sweep as submitted.
    public var plan: StoredPlan
    /// The run directory.
    public var directory: String
    /// Where workers of other hosts join; `nil` when none shall.
    public var listen: Endpoint?
    /// The number of descriptors that are kept for readers of the page of this process, and not given to those who
    /// connect to `listen`.
    public var pageDescriptors = 0
    /// `nil` when this host only coordinates.
    public var localWorker: LocalWorkerConfiguration?
    /// Where the keys of this user are, or why there is no place for them: needed where workers of other hosts join.
    public var keyDirectory: Result<String, TransportError>
    /// The environment of this process; it names the places of sockets.
    public var environment: [String: String]
    /// Makes the log, which may write into the run directory.
    public var makeLog: @Sendable (RunDirectory) throws -> Logger
    public var policy: TaskBoard.Policy

    public init(
        plan: StoredPlan, directory: String, keyDirectory: Result<String, TransportError>,
        environment: [String: String],
        makeLog: @escaping @Sendable (RunDirectory) throws -> Logger
    ) {
        self.plan = plan
        self.directory = directory
        self.keyDirectory = keyDirectory
        self.environment = environment
        self.makeLog = makeLog
        policy = TaskBoard.Policy()
    }
}

/// The worker that a coordinator starts on its own host.
public struct LocalWorkerConfiguration: Sendable {
    /// The program to start.
    public var executable: String
    /// Its arguments, to make it a worker that reads its token from its standard input.
    public var arguments: [String]

    public init(executable: String, arguments: [String]) {
        self.executable = executable
        self.arguments = arguments
    }
}
