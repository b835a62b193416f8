import Experiment

/// Knows whether this host's images are those of the tasks: other images would give other bits.
///
/// A data set is read and hashed once for the life of a worker; one that could not be read is tried again with the next
/// task, since somebody may have fetched it meanwhile.
struct ImageChecks: Sendable {
    private var results: [DataSetName: Result<DataDigest, HostFault>] = [:]
    private var waiting: [DataSetName: [TrainerStart]] = [:]

    enum Demand: Equatable {
        /// Start the trainer now.
        case ready
        /// The trainer waits for `takeResult`, as others do.
        case loading
        /// The trainer waits for `takeResult`, and the caller has to load the images.
        case load(DataSetName)
    }

    mutating func demand(for start: TrainerStart) -> Demand {
        let name = start.task.data
        if case .success = results[name] { return .ready }
        defer { waiting[name, default: []].append(start) }
        return waiting[name] == nil ? .load(name) : .loading
    }

    /// The images were loaded, or could not be. Returns the trainers that waited for it, in their order.
    mutating func takeResult(_ result: Result<DataDigest, HostFault>, of name: DataSetName) -> [TrainerStart] {
        results[name] = result
        return waiting.removeValue(forKey: name) ?? []
    }

    /// Takes back a start that waits; `false` where it does not wait.
    mutating func withdraw(_ key: AttemptKey) -> Bool {
        for (name, starts) in waiting {
            guard let index = starts.firstIndex(where: { $0.key == key }) else { continue }
            waiting[name]!.remove(at: index)
            return true
        }
        return false
    }

    /// Why the task cannot be trained on `host`; `nil` where it can.
    func fault(of task: SweepTask, host: String) -> HostFault? {
        switch results[task.data] {
        case .success(task.dataDigest): nil
        case .success(let digest):
            HostFault(
                "the \(task.data.rawValue) images of \(host) are not those of the sweep: their digest is \(digest), "
                    + "not \(task.dataDigest); give both hosts the same files")
        case .failure(let fault): fault
        case nil: preconditionFailure("\(task.data) was not loaded")
        }
    }
}
