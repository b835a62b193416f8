import Experiment
import Training

/// A trainer that is to be started.
package struct TrainerStart: Sendable {
    package let key: AttemptKey
    package let task: SweepTask
    package let slot: Int
    /// Where it goes on; `nil` for the first epoch.
    package let checkpoint: CheckpointContent?

    package init(key: AttemptKey, task: SweepTask, slot: Int, checkpoint: CheckpointContent? = nil) {
        self.key = key
        self.task = task
        self.slot = slot
        self.checkpoint = checkpoint
    }
}

/// Knows whether this host's images are those of the tasks: other images would give other bits.
///
/// A data set is read and hashed once for the life of a worker; one that could not be read is tried again with the next
/// task, since somebody may have fetched it meanwhile.
package struct ImageChecks {
    private var results: [DataSetName: Result<DataDigest, DataSetError>] = [:]
    private var waiting: [DataSetName: [TrainerStart]] = [:]

    package init() {}

    package enum Demand: Equatable {
        /// Start it now.
        case ready
        /// It waits for `note`, as do others.
        case loading
        /// It waits for `note`; the caller has to load the images.
        case load(DataSetName)
    }

    package mutating func demand(for start: TrainerStart) -> Demand {
        let name = start.task.data
        if case .success = results[name] { return .ready }
        defer { waiting[name, default: []].append(start) }
        return waiting[name] == nil ? .load(name) : .loading
    }

    /// The images were loaded, or could not be. Returns the trainers that waited for it, in their order.
    package mutating func note(_ result: Result<DataDigest, DataSetError>, of name: DataSetName) -> [TrainerStart] {
        results[name] = result
        return waiting.removeValue(forKey: name) ?? []
    }

    /// Takes back a start that waits; `false` where it does not wait.
    package mutating func withdraw(_ key: AttemptKey) -> Bool {
        for (name, starts) in waiting {
            guard let index = starts.firstIndex(where: { $0.key == key }) else { continue }
            waiting[name]!.remove(at: index)
            return true
        }
        return false
    }

    /// - Throws: `DataSetError` where the images could not be loaded, `WorkerError` where they are others.
    package func check(_ task: SweepTask, host: String) throws {
        guard let digest = try results[task.data]?.get() else { preconditionFailure("\(task.data) was not loaded") }
        guard digest == task.dataDigest else {
            let message =
                "the \(task.data.rawValue) images of \(host) are not those of the sweep: their digest is \(digest), "
                + "not \(task.dataDigest); give both hosts the same files"
            throw WorkerError(.failed, message)
        }
    }
}
