import Experiment

/// The whole sweep as the journal keeps it: stored before the first task is dispatched.
public struct StoredPlan: Sendable, Equatable {
    public var name: String
    public var data: DataSetName
    public var dataDigest: DataDigest
    /// The sweep file as submitted.
    public let text: String
    /// In the order of dispatch, each of them once.
    public var tasks: [SweepTask]
    /// What `text` says. Tasks can be counted, retried and cancelled without it: only who asks for it meets a text that
    /// this version cannot read.
    private let reading: Result<Sweep, SweepFileError>

    /// The plan of a sweep that is submitted.
    ///
    /// - Parameter text: of its file, from which `sweep` was read.
    public init(sweep: Sweep, text: String, dataDigest: DataDigest) {
        name = sweep.name
        data = sweep.data
        self.dataDigest = dataDigest
        self.text = text
        tasks = sweep.tasks(dataDigest: dataDigest)
        reading = .success(sweep)
    }

    /// The plan as it is stored, part by part. Here its text is read, once.
    package init(name: String, data: DataSetName, dataDigest: DataDigest, text: String, tasks: [SweepTask]) {
        self.name = name
        self.data = data
        self.dataDigest = dataDigest
        self.text = text
        self.tasks = tasks
        reading = Result { () throws(SweepFileError) in try Sweep(yaml: text, file: "sweep.yaml") }
    }

    /// What the sweep file asks for.
    ///
    /// - Throws: a `JournalError` of code `corrupt` where the stored text is no sweep file.
    public func sweep() throws(JournalError) -> Sweep {
        switch reading {
        case .success(let sweep): return sweep
        case .failure(let error):
            throw JournalError(.corrupt, path: "state.sqlite", "the stored sweep file cannot be read: \(error)")
        }
    }

    /// What makes `other` another sweep than this one, in words; `nil` where only the sweep file's wording differs.
    func difference(to other: StoredPlan) -> String? {
        if name != other.name { return "its name is \(name), not \(other.name)" }
        if data != other.data { return "its data set is \(data.rawValue), not \(other.data.rawValue)" }
        if dataDigest != other.dataDigest { return "its \(data.rawValue) images have other content" }
        let missing = Set(tasks.map(\.id)), wanted = Set(other.tasks.map(\.id))
        let removed = tasks.filter { !wanted.contains($0.id) }
        let added = other.tasks.filter { !missing.contains($0.id) }
        if let first = removed.first { return "it has \(removed.count) other tasks, such as \(first.summary)" }
        if let first = added.first { return "it lacks \(added.count) of the tasks, such as \(first.summary)" }
        return tasks == other.tasks ? nil : "it has the same tasks in another order"
    }
}
