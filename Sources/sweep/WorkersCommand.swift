import ArgumentParser
import Experiment
import Foundation
import Journal
import Status

/// `sweep workers`: who took part in a sweep, on what host, and what each did.
struct WorkersCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "workers", abstract: "Show the workers of a sweep, and what each did.",
        discussion: """
            Cores are those that the worker may use: the host's physical ones, or fewer by an affinity, a cpuset or a \
            CPU quota, as a container has them. So is the memory.
            """)

    @OptionGroup var selection: RunSelection

    @Option(help: "How to print it.")
    var format = StatusCommand.Format.text

    func run() throws {
        let state = try selection.reader().state()
        let attempts = Dictionary(grouping: state.histories.flatMap(\.attempts), by: \.worker)
        let rows = state.workers.map { Row($0, attempts: attempts[$0.id] ?? []) }
        switch format {
        case .text:
            let header = [
                "worker", "host", "cores", "memory", "slots", "kernels", "running", "completed", "ended early",
            ]
            Output.text(TextTable(header: header.map { .text($0) }, rows: rows.map(\.cells)).text)
        case .json:
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.sortedKeys]
            encoder.keyEncodingStrategy = .convertToSnakeCase
            Output.line(String(decoding: try encoder.encode(rows), as: UTF8.self))
        }
    }

    private struct Row: Encodable {
        var worker: String
        var host: String
        var processor: String
        var cores: Int
        /// `nil` where an earlier version of the program did not tell.
        var coresBound: String?
        var memoryBytes: Int?
        var memoryBound: String?
        var slots: Int
        var kernels: String
        var build: String
        var running: Int
        var completed: Int
        var endedEarly: Int

        init(_ seen: SeenWorker, attempts: [TaskHistory.Execution]) {
            worker = seen.id.rawValue
            host = seen.facts.host
            processor = seen.facts.processor
            cores = seen.facts.cores
            coresBound = seen.facts.coresBound.isEmpty ? nil : seen.facts.coresBound
            memoryBytes = seen.facts.memoryBytes == 0 ? nil : seen.facts.memoryBytes
            memoryBound = seen.facts.memoryBound.isEmpty ? nil : seen.facts.memoryBound
            slots = seen.slots
            kernels = seen.facts.kernels
            build = seen.facts.build
            running = attempts.count { $0.outcome == nil }
            completed = attempts.count { $0.outcome == .completed }
            endedEarly = attempts.count - running - completed
        }

        var cells: [TextTable.Cell] {
            [.text(worker), .text(host), .text(coresText), .text(memoryText), .number(String(slots)), .text(kernels)]
                + [running, completed, endedEarly].map { .number(String($0)) }
        }

        private var coresText: String { coresBound.map { "\(cores) (\($0))" } ?? "\(cores)" }

        private var memoryText: String {
            guard let memoryBytes else { return "–" }
            let mebibytes = memoryBytes >> 20
            let size = mebibytes < 10_240 ? "\(mebibytes) MiB" : "\(mebibytes >> 10) GiB"
            return memoryBound.map { "\(size) (\($0))" } ?? size
        }
    }
}
