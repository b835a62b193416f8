import ArgumentParser
import Experiment
import Foundation
import Journal

/// `sweep status`: how a sweep stands, from its journal, while it runs or after.
struct StatusCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "status", abstract: "Show how a sweep stands, while it runs or after.")

    @OptionGroup var selection: RunSelection

    @Option(help: "How to print it.")
    var format = OutputFormat.text

    func run() throws {
        let summary = SweepStatus(try selection.reader().state())
        switch format {
        case .text: Output.line(summary.text)
        case .json: Output.line(try summary.json())
        }
    }
}

enum OutputFormat: String, CaseIterable, ExpressibleByArgument {
    case text, json
}

/// The counts of a sweep, as people and programs read them.
struct SweepStatus: Encodable {
    var name: String
    var tasks: Int
    var done = 0
    var failed = 0
    var running = 0
    var epochs: Int
    var epochsStored: Int
    var alarms: Int
    /// Its coordinator may be gone since.
    var paused: Bool

    init(_ state: JournalState) {
        name = state.plan.name
        tasks = state.plan.tasks.count
        epochs = state.plan.tasks.reduce(0) { $0 + $1.parameters.epochs }
        epochsStored = state.histories.reduce(0) { $0 + $1.epochs.count }
        alarms = state.disagreementCount
        paused = state.settings[.paused] != nil
        for (task, history) in zip(state.plan.tasks, state.histories) {
            if history.epochs.count == task.parameters.epochs {
                done += 1
            } else if history.failure != nil {
                failed += 1
            } else if history.attempts.contains(where: { $0.end == nil }) {
                running += 1
            }
        }
    }

    enum CodingKeys: String, CodingKey {
        case name, tasks, done, failed, running, epochs, epochsStored = "epochs_stored", alarms, paused
    }

    var text: String {
        var lines = [
            "\(name): \(done) of \(tasks) tasks done, \(running) running, \(failed) failed, "
                + "\(tasks - done - running - failed) waiting",
            "\(epochsStored) of \(epochs) epochs stored",
        ]
        if paused { lines.append("paused: nothing new begins until sweep resume") }
        if alarms > 0 { lines.append("ALARM: \(alarms) records came out different when trained again") }
        return lines.joined(separator: "\n")
    }

    func json() throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys]
        return String(decoding: try encoder.encode(self), as: UTF8.self)
    }
}
