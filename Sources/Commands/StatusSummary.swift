import CommandOutput
import Experiment
import Status

/// What `sweep status` says of a sweep, as people and programs read it.
package struct StatusSummary: Encodable {
    private let name: String
    private let progress: SweepProgress
    private let isServed: Bool

    /// - Parameters:
    ///   - name: the sweep's.
    ///   - isServed: whether this user's coordinator is at work on this host.
    package init(name: String, progress: SweepProgress, isServed: Bool) {
        self.name = name
        self.progress = progress
        self.isServed = isServed
    }

    private enum CodingKeys: String, CodingKey {
        case name, tasks, done, failed, running, epochs, epochsStored, alarms, liars, disputes, paused, coordinator
    }

    /// Writes an object of counts and flags.
    ///
    /// - Throws: what `encoder` throws.
    package func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(name, forKey: .name)
        try container.encode(progress.tasks.total, forKey: .tasks)
        try container.encode(progress.tasks.done, forKey: .done)
        try container.encode(progress.tasks.failed, forKey: .failed)
        try container.encode(progress.tasks.running, forKey: .running)
        try container.encode(progress.epochsTotal, forKey: .epochs)
        try container.encode(progress.epochsDone, forKey: .epochsStored)
        try container.encode(progress.alarms, forKey: .alarms)
        try container.encode(progress.liars.map(LiarEntry.init), forKey: .liars)
        try container.encode(progress.disputes, forKey: .disputes)
        try container.encode(progress.isPaused, forKey: .paused)
        try container.encode(isServed, forKey: .coordinator)
    }

    private struct LiarEntry: Encodable {
        let key: String
        let workers: [String]
        let reason: String

        init(_ liar: Liar) {
            (key, workers, reason) = (liar.key.rawValue, liar.workers.map(\.rawValue), liar.reason)
        }
    }

    /// The lines for people, without a line feed at the end.
    package var text: String {
        let tasks = progress.tasks
        var lines = [
            "\(name): \(tasks.done) of \(tasks.total) tasks done, \(tasks.running) running, \(tasks.failed) failed, "
                + "\(tasks.waiting) waiting",
            "\(progress.epochsDone) of \(progress.epochsTotal) epochs stored",
        ]
        if !isServed, tasks.unfinished > 0 {
            lines.append("no coordinator of yours is at work on this host: the same sweep run goes on")
        }
        if progress.isPaused, isServed { lines.append("paused: nothing new begins until sweep resume") }
        if progress.alarms > 0 {
            lines.append("ALARM: \(counted(progress.alarms, "record")) came out different when trained again")
        }
        lines += progress.liars.map { "ALARM: \($0.text)" }
        if progress.disputes > 0 {
            lines.append("ALARM: of \(counted(progress.disputes, "task")) word stands against word")
        }
        return lines.joined(separator: "\n")
    }

    /// The line for programs.
    ///
    /// - Throws: as `jsonText`, which takes all of these.
    package func json() throws -> String { try jsonText(self) }
}
