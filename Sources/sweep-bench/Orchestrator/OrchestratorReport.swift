import Experiment

/// The rounds of all that was measured, and how each compares with the first coordinator.
struct OrchestratorReport {
    let load: Load
    /// At least one.
    private(set) var coordinators: [CoordinatorRow]
    private(set) var rivals: [DispatchRow]

    init(_ load: Load, coordinators: [String], rivals: [DispatchRival]) {
        self.load = load
        self.coordinators = coordinators.map { CoordinatorRow(program: $0) }
        self.rivals = rivals.map { DispatchRow(rival: $0) }
    }

    mutating func add(_ figures: RunFigures, ofCoordinator index: Int) {
        coordinators[index].rounds.append(figures)
    }

    mutating func add(_ outcome: DispatchRival.Outcome, ofRival index: Int) {
        switch outcome {
        case .success(let measurement): rivals[index].rounds.append(measurement)
        case .failure(let absence): rivals[index].absence = absence.reason
        }
    }
}

/// A coordinator's rounds.
struct CoordinatorRow {
    let program: String
    var rounds: [RunFigures] = []

    var together: RunFigures { RunFigures(of: rounds) }
}

/// A rival's rounds.
struct DispatchRow {
    let rival: DispatchRival
    var rounds: [DispatchRival.Measurement] = []
    /// Why it has no figure.
    var absence: String?

    /// The mean of the rounds; `nil` where one has none.
    var tasksPerSecond: Double? {
        guard absence == nil, !rounds.isEmpty else { return nil }
        return rounds.map(\.tasksPerSecond).reduce(0, +) / Double(rounds.count)
    }
}

// MARK: - JSON

extension OrchestratorReport {
    struct CoordinatorObject: Encodable {
        let coordinator: String
        let tasks: Int
        let epochs: Int
        let workers: Int
        let slots: Int
        /// Tasks a second over those of the first coordinator.
        let ratio: Double
        let together: RunFigures
        let rounds: [RunFigures]
    }

    struct RivalObject: Encodable {
        let rival: DispatchRival
        let tasks: Int
        let workers: Int
        let slots: Int
        let tasksPerSecond: Double?
        let ratio: Double?
        let absence: String?
        let rounds: [DispatchRival.Measurement]
    }

    var coordinatorObjects: [CoordinatorObject] {
        coordinators.map { row in
            let together = row.together
            return CoordinatorObject(
                coordinator: row.program, tasks: load.tasks, epochs: load.epochs, workers: load.workers,
                slots: load.slots, ratio: together.tasksPerSecond / base.tasksPerSecond, together: together,
                rounds: row.rounds)
        }
    }

    var rivalObjects: [RivalObject] {
        rivals.map { row in
            RivalObject(
                rival: row.rival, tasks: load.tasks, workers: load.workers, slots: load.slots,
                tasksPerSecond: row.tasksPerSecond, ratio: row.tasksPerSecond.map { $0 / base.tasksPerSecond },
                absence: row.absence, rounds: row.rounds)
        }
    }

    private var base: RunFigures { coordinators[0].together }
}

// MARK: - Text

extension OrchestratorReport {
    /// Tables of rates, of waits and of threads; a coordinator is a number in them.
    var text: String {
        ([head, rates, waits, threads] + notes).joined(separator: "\n")
    }

    private var head: String {
        let rounds = coordinators[0].rounds.count
        let programs = coordinators.indices.map { "\($0 + 1)  \(coordinators[$0].program)\n" }.joined()
        let titles = rivals.map { "\($0.rival.rawValue)  \($0.rival.title)\n" }.joined()
        return """
            \(load.tasks) tasks of \(load.epochs) epochs on \(load.workers) workers of \(load.slots) slots that train \
            nothing; \(rounds == 1 ? "one round" : "means of \(rounds) rounds in turn"), × over the first
            \(programs)\(titles)
            """
    }

    private var rates: String {
        let header = [
            "", "tasks/s", "×", "records/s", "CPU µs/task", "×", "fleet's µs", "memory MB", "journal MB", "exit s",
        ]
        let ours = coordinators.enumerated().map { index, row in
            let figures = row.together
            let cost = figures.coordinatorMicroseconds
            return [
                "\(index + 1)", fixed(figures.tasksPerSecond), ratio(figures.tasksPerSecond, base.tasksPerSecond),
                fixed(figures.recordsPerSecond), fixed(cost, 1), ratio(cost, base.coordinatorMicroseconds),
                fixed(figures.fleetMicroseconds, 1), fixed(Double(figures.peakMemoryBytes) / 1e6),
                fixed(Double(figures.journalBytes) / 1e6, 1), fixed(figures.exitSeconds, 1),
            ]
        }
        let theirs = rivals.map { row in
            let rate = row.tasksPerSecond
            let cells = [rate.map { fixed($0) } ?? "–", rate.map { ratio($0, base.tasksPerSecond) } ?? "–"]
            return [row.rival.rawValue] + cells + Array(repeating: "–", count: header.count - 3)
        }
        return table(header, ours + theirs)
    }

    private var waits: String {
        let kinds: [(String, KeyPath<RunFigures, RunFigures.Latency>)] = [
            ("record → stored", \.recordStored), ("end → next task", \.endToNextTask),
            ("free slot → next task", \.idleSlot),
        ]
        let header = ["ms"] + kinds.flatMap { name, _ in ["\(name) p50", "p99"] }
        return table(
            header,
            coordinators.enumerated().map { index, row in
                let figures = row.together
                return ["\(index + 1)"]
                    + kinds.flatMap { _, path in
                        [figures[keyPath: path].p50Milliseconds, figures[keyPath: path].p99Milliseconds].map {
                            $0.map { fixed($0, 2) } ?? "–"
                        }
                    }
            })
    }

    /// The busiest ones first; those that cost nothing in any coordinator are left out.
    private var threads: String {
        let costs = coordinators.map(\.together.threadMicroseconds)
        let names = Set(costs.flatMap(\.keys)).filter { name in costs.contains { $0[name, default: 0] >= 0.05 } }
        let sorted = names.sorted { (costs[0][$1, default: 0], $0) < (costs[0][$0, default: 0], $1) }
        return table(
            ["CPU µs/task of the thread"] + coordinators.indices.map { "\($0 + 1)" },
            sorted.map { name in [name] + costs.map { $0[name].map { fixed($0, 1) } ?? "–" } })
    }

    /// What is amiss.
    private var notes: [String] {
        let repeated = coordinators.enumerated().compactMap { index, row -> String? in
            let figures = row.together
            guard figures.assignedAgain + figures.sentAgain > 0 || figures.assignments > load.tasks * row.rounds.count
            else { return nil }
            return "\(index + 1): \(figures.assignments) attempts, \(figures.assignedAgain) assigned again, "
                + "\(figures.sentAgain) records and ends sent again\n"
        }
        return repeated + rivals.compactMap { row in row.absence.map { "\(row.rival.rawValue): \($0)\n" } }
    }

    /// A dash where the kernel's clock has not ticked for the base.
    private func ratio(_ value: Double, _ base: Double) -> String { base > 0 ? fixed(value / base, 2) : "–" }

    /// The first column holds names, all others numbers.
    private func table(_ header: [String], _ rows: [[String]]) -> String {
        TextTable(
            header: header.map { .text($0) },
            rows: rows.map { [.text($0[0])] + $0.dropFirst().map { .number($0) } }
        ).text
    }
}
