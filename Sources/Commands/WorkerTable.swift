import CommandOutput
import Experiment
import Journal
import Status

/// The workers of a sweep, for people and for programs.
package struct WorkerTable {
    private let rows: [WorkerRow]

    package init(_ state: JournalState) {
        let attempts = Dictionary(grouping: state.histories.flatMap(\.attempts), by: \.worker)
        let verdicts = state.verdicts
        rows = state.workers.map { worker in
            let verdict = state.keys[worker.id].flatMap { verdicts[$0] }
            return WorkerRow(worker, attempts: attempts[worker.id] ?? [], verdict: verdict)
        }
    }

    /// Ends with a line feed.
    package var text: String {
        let header =
            ["worker", "host", "cores", "memory", "slots", "kernels", "running", "completed", "ended early", "verdict"]
        return TextTable(header: header.map { .text($0) }, rows: rows.map(\.cells)).text
    }

    /// An array with an object for each.
    ///
    /// - Throws: as `jsonText`, which takes all of these.
    package func json() throws -> String { try jsonText(rows) }
}

/// A worker that took part in a sweep, its host, and how many attempts it made.
///
/// It has a type of its own, since its fields are the declared keys of `sweep workers --format json`: they stay when a
/// field of `SeenWorker` or `HostFacts` gets another name.
private struct WorkerRow: Encodable {
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
    /// What second executions, or its owner, said of its key; `nil` where nobody did.
    var verdict: String?

    init(_ seen: SeenWorker, attempts: [TaskHistory.Execution], verdict: KeyJudgement.Verdict?) {
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
        self.verdict = verdict?.rawValue
    }

    var cells: [TextTable.Cell] {
        [.text(worker), .text(host), .text(coresText), .text(memoryText), .number(String(slots)), .text(kernels)]
            + [running, completed, endedEarly].map { .number(String($0)) } + [.text(verdict ?? "–")]
    }

    private var coresText: String { coresBound.map { "\(cores) (\($0))" } ?? "\(cores)" }

    private var memoryText: String {
        guard let memoryBytes else { return "–" }
        let mebibytes = memoryBytes >> 20
        let size = mebibytes < 10_240 ? "\(mebibytes) MiB" : "\(mebibytes >> 10) GiB"
        return memoryBound.map { "\(size) (\($0))" } ?? size
    }
}
