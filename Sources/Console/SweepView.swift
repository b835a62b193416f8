import Status

/// A snapshot in a terminal's words: a panel has no room for more of a task than what tells it apart, and shows which
/// point is ahead, which takes the records.
public struct SweepView: Sendable {
    public var progress: SweepProgress
    /// Sorted by name.
    public var workers: [Worker]
    /// The point that is ahead, in words; `nil` before the first record.
    public var best: String?

    public init(progress: SweepProgress, workers: [Worker] = [], best: String? = nil) {
        self.progress = progress
        self.workers = workers
        self.best = best
    }

    public struct Worker: Sendable, Hashable {
        public var name: String
        public var host: String
        /// What is amiss with it, in words; `nil` where nothing is.
        public var trouble: String?
        /// Epochs a second.
        public var rate: Double?
        /// What it trains, in words.
        public var tasks: [String]

        public init(
            name: String, host: String, trouble: String? = nil, rate: Double? = nil, tasks: [String] = []
        ) {
            self.name = name
            self.host = host
            self.trouble = trouble
            self.rate = rate
            self.tasks = tasks
        }
    }
}
