import ArgumentParser
import Experiment
import Journal

/// `sweep workers`: who took part in a sweep, and what each did.
struct WorkersCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "workers", abstract: "Show the workers of a sweep, and what each did.")

    @OptionGroup var selection: RunSelection

    func run() throws {
        let state = try selection.reader().state()
        let attempts = Dictionary(grouping: state.histories.flatMap(\.attempts), by: \.worker)
        let rows = state.workers.map { worker -> [TextTable.Cell] in
            let own = attempts[worker.id] ?? []
            let counts = [
                own.count { $0.end == nil }, own.count { $0.end?.outcome == .completed },
                own.count { $0.end.map { $0.outcome != .completed } ?? false },
            ]
            return [.text(worker.id.rawValue), .text(worker.facts.host), .number(String(worker.slots))]
                + [.text(worker.facts.kernels)] + counts.map { .number(String($0)) }
        }
        let header = ["worker", "host", "slots", "kernels", "running", "completed", "ended early"]
        Output.text(TextTable(header: header.map { .text($0) }, rows: rows).text)
    }
}
