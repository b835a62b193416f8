import Experiment
import TestSupport
import Testing

/// A row of `attempts.csv`: what the journal has of an execution of a task.
struct AttemptRow: Equatable {
    let task: String
    let worker: String
    /// `nil` while it runs.
    let outcome: AttemptOutcome?
    let reason: String

    private static let columns = [
        "task", "attempt", "worker", "host", "kernels", "started", "ended", "seconds", "outcome", "reason",
    ]

    /// The rows of a table, in its order.
    ///
    /// - Throws: where a column is not where it was, or a row has too few.
    static func rows(of table: String) throws -> [AttemptRow] {
        let lines = table.split(separator: "\n")
        try #require(lines.first?.split(separator: ",").prefix(columns.count).map(String.init) == columns)
        return try lines.dropFirst().map { line in
            let cells = cells(of: line)
            try #require(cells.count >= columns.count, "\(line)")
            let outcome = AttemptOutcome(rawValue: cells[8])
            try #require(outcome != nil || cells[8].isEmpty, "\(line)")
            return AttemptRow(task: cells[0], worker: cells[2], outcome: outcome, reason: cells[9])
        }
    }

    /// Without the quotes in which a cell may stand that has commas.
    private static func cells(of line: Substring) -> [String] {
        var cells = [""]
        var isQuoted = false
        for character in line {
            switch character {
            case "\"": isQuoted.toggle()
            case "," where !isQuoted: cells.append("")
            default: cells[cells.count - 1].append(character)
            }
        }
        return cells
    }
}

extension Sandbox {
    /// What stands in the table of a run directory, which its coordinator writes now and then, and at the end.
    func attempts(in run: String = "run") throws -> [AttemptRow] {
        try AttemptRow.rows(of: read("\(run)/attempts.csv"))
    }

    /// All that the journal has by now.
    func attemptsByNow(in run: String = "run") async throws -> [AttemptRow] {
        try await waitUntil("a plan in the journal of \(run)") {
            let tasks: [Int] = try journalValues("SELECT ordinal FROM tasks", in: run)
            return !tasks.isEmpty
        }
        let result = try await self.run("export", "--out", run, "--to", "exported")
        try #require(result.exitCode == 0, "\(result.errors)")
        return try attempts(in: "exported")
    }

    /// Waits until the journal has an attempt that ended so, or several.
    ///
    /// - Parameter reason: some of the words that it has for it.
    func waitForAttempts(
        _ count: Int = 1, ended outcome: AttemptOutcome, reason: String = "", in run: String = "run"
    ) async throws {
        while true {
            let ended = try await attemptsByNow(in: run).filter {
                $0.outcome == outcome && (reason.isEmpty || $0.reason.contains(reason))
            }
            if ended.count >= count { return }
            guard !Task.isCancelled else {
                throw WaitedInVain(for: "\(count) attempts of \(run) that ended as \(outcome.rawValue)")
            }
        }
    }
}
