import ArgumentParser
import CommandOutput
import Commands
import Experiment
import FleetCommands
import Foundation
import HostSystem

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

    func run() throws {
        if watch { try StatusWatch.check(format: format) }
        let chosen = try selection.chosen()
        let reader = try chosen.reader()
        if watch {
            var watch = StatusWatch(reader, terminal: Terminal(environment: ProcessInfo.processInfo.environment))
            try watch.run(wait: HeldInterrupt().wait)
        }
        let state = try reader.state()
        let summary = StatusSummary(
            name: state.plan.name, progress: state.progress, isServed: try chosen.hasCoordinator())
        switch format {
        case .text: Output.line(summary.text)
        case .json: Output.line(try summary.json())
        }
    }
}
