/// What a report says of a run besides its tables: out of the journal, as plain text.
public struct RunFacts: Sendable {
    public var name: String
    /// As submitted.
    public var sweepFile: String
    public var data: String
    /// In the order of dispatch.
    public var tasks: [Task]
    public var workers: [Worker]
    /// Second executions that gave other bits.
    public var alarmCount: Int

    public init(
        name: String, sweepFile: String, data: String, tasks: [Task], workers: [Worker], alarmCount: Int
    ) {
        self.name = name
        self.sweepFile = sweepFile
        self.data = data
        self.tasks = tasks
        self.workers = workers
        self.alarmCount = alarmCount
    }

    public struct Task: Sendable {
        public enum State: Sendable, Equatable {
            case done
            case failed(reason: String)
            case running
            case waiting
        }

        public var id: String
        /// Its values on the axes, and its seed.
        public var summary: String
        public var state: State
        public var epochsStored: Int
        public var epochs: Int

        public init(id: String, summary: String, state: State, epochsStored: Int, epochs: Int) {
            self.id = id
            self.summary = summary
            self.state = state
            self.epochsStored = epochsStored
            self.epochs = epochs
        }
    }

    public struct Worker: Sendable {
        public var name: String
        public var host: String
        public var processor: String
        public var cores: Int
        public var slots: Int
        public var kernels: String
        /// The version of the program.
        public var build: String

        public init(
            name: String, host: String, processor: String, cores: Int, slots: Int, kernels: String, build: String
        ) {
            self.name = name
            self.host = host
            self.processor = processor
            self.cores = cores
            self.slots = slots
            self.kernels = kernels
            self.build = build
        }
    }
}
