import DispatchLoad
import Foundation

/// What one measurement came to, or several of the same coordinator together.
struct RunFigures: Encodable {
    /// From the first assignment to the last acknowledgement of an end; rates are over this time.
    let seconds: Double
    let tasksPerSecond: Double
    let recordsPerSecond: Double
    /// From the first worker's welcome to the last one's.
    let joinSeconds: Double
    /// From the last acknowledgement to the end of the coordinator's process: its tables and figures.
    let exitSeconds: Double
    /// Processor time for each task: the coordinator, its threads by name, the fleet's processes.
    let coordinatorMicroseconds: Double
    let threadMicroseconds: [String: Double]
    let fleetMicroseconds: Double
    let peakMemoryBytes: Int
    let journalBytes: Int
    let recordsStored: Int
    let endsStored: Int
    let assignments: Int
    let assignedAgain: Int
    let sentAgain: Int
    let recordStored: Latency
    let endToNextTask: Latency
    let idleSlot: Latency
    private let report: LoadReport

    /// The figures of a kind of wait. `LoadReport` says from when to when.
    struct Latency: Encodable {
        let count: Int
        /// `nil` where there was none.
        let p50Milliseconds: Double?
        let p99Milliseconds: Double?

        init(_ histogram: LatencyHistogram) {
            count = histogram.count
            p50Milliseconds = histogram.quantile(0.5).map { $0 / .milliseconds(1) }
            p99Milliseconds = histogram.quantile(0.99).map { $0 / .milliseconds(1) }
        }
    }

    private enum CodingKeys: String, CodingKey {
        case seconds, tasksPerSecond, recordsPerSecond, joinSeconds, exitSeconds, coordinatorMicroseconds
        case threadMicroseconds, fleetMicroseconds, peakMemoryBytes, journalBytes, recordsStored, endsStored
        case assignments, assignedAgain, sentAgain, recordStored, endToNextTask, idleSlot
    }
}

extension RunFigures {
    /// - Parameters:
    ///   - ticks: of the coordinator's threads, between the ends of `seconds`.
    ///   - fleetSeconds: of processors, in that time.
    init(
        _ load: Load, _ report: LoadReport, seconds: Double, exitSeconds: Double, ticks: [String: Int],
        fleetSeconds: Double, peakMemoryBytes: Int, journalBytes: Int
    ) {
        let tasks = Double(load.tasks)
        var threads: [String: Double] = [:]
        for (name, count) in ticks {
            let microseconds = Double(count) / CoordinatorProcess.ticksPerSecond / tasks * 1e6
            threads[name.isEmpty ? "(ended)" : name] = microseconds
        }
        self.init(
            seconds: seconds, tasksPerSecond: tasks / seconds, recordsPerSecond: Double(load.records) / seconds,
            joinSeconds: Double((report.lastFirstWelcome ?? 0) - (report.firstWelcome ?? 0)) / 1e9,
            exitSeconds: exitSeconds, threadMicroseconds: threads, fleetMicroseconds: fleetSeconds / tasks * 1e6,
            peakMemoryBytes: peakMemoryBytes, journalBytes: journalBytes, report: report)
    }

    /// Means of rates and times, the largest of sizes, and all waits together.
    ///
    /// - Parameter rounds: at least one.
    init(of rounds: [RunFigures]) {
        func mean(_ value: (RunFigures) -> Double) -> Double {
            rounds.map(value).reduce(0, +) / Double(rounds.count)
        }
        var report = LoadReport()
        for round in rounds { report.add(round.report) }
        var threads: [String: Double] = [:]
        for name in Set(rounds.flatMap(\.threadMicroseconds.keys)) {
            threads[name] = mean { $0.threadMicroseconds[name, default: 0] }
        }
        self.init(
            seconds: mean(\.seconds), tasksPerSecond: mean(\.tasksPerSecond),
            recordsPerSecond: mean(\.recordsPerSecond), joinSeconds: mean(\.joinSeconds),
            exitSeconds: mean(\.exitSeconds),
            threadMicroseconds: threads, fleetMicroseconds: mean(\.fleetMicroseconds),
            peakMemoryBytes: rounds.map(\.peakMemoryBytes).max()!, journalBytes: rounds.map(\.journalBytes).max()!,
            report: report)
    }

    private init(
        seconds: Double, tasksPerSecond: Double, recordsPerSecond: Double, joinSeconds: Double, exitSeconds: Double,
        threadMicroseconds: [String: Double], fleetMicroseconds: Double, peakMemoryBytes: Int, journalBytes: Int,
        report: LoadReport
    ) {
        self.seconds = seconds
        self.tasksPerSecond = tasksPerSecond
        self.recordsPerSecond = recordsPerSecond
        self.joinSeconds = joinSeconds
        self.exitSeconds = exitSeconds
        coordinatorMicroseconds = threadMicroseconds.values.reduce(0, +)
        self.threadMicroseconds = threadMicroseconds
        self.fleetMicroseconds = fleetMicroseconds
        self.peakMemoryBytes = peakMemoryBytes
        self.journalBytes = journalBytes
        recordsStored = report.recordsStored
        endsStored = report.endsStored
        assignments = report.assignments
        assignedAgain = report.assignedAgain
        sentAgain = report.sentAgain
        recordStored = Latency(report.recordStored)
        endToNextTask = Latency(report.endToNextTask)
        idleSlot = Latency(report.idleSlot)
        self.report = report
    }
}
