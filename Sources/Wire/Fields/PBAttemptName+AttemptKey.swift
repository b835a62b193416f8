import Experiment

extension PBAttemptName {
    init(_ key: AttemptKey) {
        self.init()
        task = key.task.rawValue
        attempt = UInt32(key.attempt.rawValue)
    }

    func checked() throws(WireError) -> AttemptKey {
        guard let task = TaskID(rawValue: task) else { throw WireError(.malformed, "task: not a task's id") }
        guard (1...Limits.attempts).contains(Int(attempt)) else {
            throw WireError(.malformed, "attempt: \(attempt) is out of range")
        }
        return AttemptKey(task: task, attempt: Attempt(rawValue: Int(attempt)))
    }
}
