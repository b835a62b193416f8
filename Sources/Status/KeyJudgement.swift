import Experiment

/// What a sweep has found out of a worker's key. The last word on a key counts.
public struct KeyJudgement: Sendable, Hashable {
    public enum Verdict: String, Sendable, Hashable, CaseIterable {
        /// Records that came under it were trained again under another key, and had the same bits.
        case vouched
        /// Its records came out other than those of the majority.
        case lied
        /// Its owner wants nothing of what it delivered.
        case forgotten
    }

    public var key: WorkerKey
    public var verdict: Verdict
    /// Whose second execution says so; `nil` where a person does.
    public var task: TaskID?
    /// One line for people; empty where the verdict says it all.
    public var reason: String

    public init(key: WorkerKey, verdict: Verdict, task: TaskID? = nil, reason: String = "") {
        self.key = key
        self.verdict = verdict
        self.task = task
        self.reason = reason
    }

    /// Whether nothing is believed any more that comes, or came, under the key alone.
    public var isCondemned: Bool { verdict != .vouched }
}

/// A key whose records came out other than those of the majority, and the workers that had it.
public struct Liar: Sendable, Hashable {
    public var key: WorkerKey
    /// By name.
    public var workers: [WorkerID]
    public var reason: String

    public init(key: WorkerKey, workers: [WorkerID], reason: String) {
        self.key = key
        self.workers = workers
        self.reason = reason
    }

    /// How people read it.
    public var text: String {
        let names = workers.isEmpty ? "A worker" : workers.map(\.rawValue).joined(separator: ", ")
        return "\(names) (key \(key.short)) lied, or its host computes wrongly: \(reason)"
    }

    /// What its owner can do; `nil` for the coordinator's own host, which nobody let in.
    public var remedy: String? {
        workers.contains(where: \.isLocal) ? nil : "sweep revoke \(key.short) keeps it out of other sweeps"
    }
}
