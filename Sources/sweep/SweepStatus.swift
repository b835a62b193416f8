import Experiment
import Foundation
import Journal

/// The counts of a sweep, as people and programs read them.
struct SweepStatus: Encodable {
    var name: String
    var tasks: Int
    var done: Int
    var failed: Int
    var running: Int
    var epochs: Int
    var epochsStored: Int
    var alarms: Int
    var paused: Bool
    /// Whether this user's coordinator is at work on this host.
    var coordinator: Bool

    init(_ state: JournalState, isServed: Bool) {
        let progress = state.progress
        name = state.plan.name
        tasks = state.plan.tasks.count
        done = progress.tasks.done
        failed = progress.tasks.failed
        running = progress.tasks.running
        epochs = progress.epochsTotal
        epochsStored = progress.epochsDone
        alarms = progress.alarms
        paused = progress.isPaused
        coordinator = isServed
    }

    enum CodingKeys: String, CodingKey {
        case name, tasks, done, failed, running, epochs, epochsStored = "epochs_stored", alarms, paused, coordinator
    }

    var text: String {
        var lines = [
            "\(name): \(done) of \(tasks) tasks done, \(running) running, \(failed) failed, "
                + "\(tasks - done - running - failed) waiting",
            "\(epochsStored) of \(epochs) epochs stored",
        ]
        if !coordinator, done + failed < tasks {
            lines.append("no coordinator of yours is at work on this host: the same sweep run goes on")
        }
        if paused, coordinator { lines.append("paused: nothing new begins until sweep resume") }
        if alarms > 0 { lines.append("ALARM: \(counted(alarms, "record")) came out different when trained again") }
        return lines.joined(separator: "\n")
    }

    func json() throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys]
        return String(decoding: try encoder.encode(self), as: UTF8.self)
    }
}
