import ArgumentParser
import Console
import Experiment
import Foundation
import Journal

/// `sweep status`: how a sweep stands, from its journal, while it runs or after.
struct StatusCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "status", abstract: "Show how a sweep stands, while it runs or after.",
        discussion: "With --watch, until it is over or Ctrl-C; that ends the watching alone.")

    @OptionGroup var selection: RunSelection

    @Option(help: "How to print it.")
    var format = OutputFormat.text

    @Flag(name: .shortAndLong, help: "Show it as sweep run does, and keep it current.")
    var watch = false

    func validate() throws {
        guard !watch || format == .text else { throw ValidationError("--watch shows text; leave --format json out") }
    }

    func run() throws {
        let reader = try selection.reader()
        if watch { try StatusWatch(reader, terminal: Terminal(environment: ProcessInfo.processInfo.environment)).run() }
        let summary = SweepStatus(try reader.state())
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
    var done: Int
    var failed: Int
    var running: Int
    var epochs: Int
    var epochsStored: Int
    var alarms: Int
    /// Its coordinator may be gone since.
    var paused: Bool

    init(_ state: JournalState) {
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
        if alarms > 0 { lines.append("ALARM: \(counted(alarms, "record")) came out different when trained again") }
        return lines.joined(separator: "\n")
    }

    func json() throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys]
        return String(decoding: try encoder.encode(self), as: UTF8.self)
    }
}
