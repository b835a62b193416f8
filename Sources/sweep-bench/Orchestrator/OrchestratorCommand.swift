import ArgumentParser
import CommandOutput
import Experiment
import Foundation

/// `sweep-bench orchestrator`: how fast a coordinator hands out tasks and stores what comes back.
struct OrchestratorCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "orchestrator",
        abstract: "Measure a coordinator under workers that train nothing, and what it costs.",
        discussion: """
            Starts the coordinator with a sweep of its own, in a directory of its own under $TMPDIR whose disk is \
            measured too, and connects workers over TCP to it, encrypted, which answer each task with its records and \
            its end at once. Everything is the real thing but the training: journal, tables, keys, messages.

            Waits are those of the workers: from a record to its acknowledgement, from an end to the next task, and \
            from the end of a training to the next one in its slot, which has both of these. CPU is counted from the \
            first assignment to the last acknowledged end. Several coordinators of one protocol version are measured \
            in turn, round by round.

            With --against, schedulers of others do as many tasks that do nothing, in turn with the coordinators, with \
            as many workers and slots: ray, dask and hyperqueue, of which each is measured where it is installed.
            """)

    @Option(help: ArgumentHelp("Of a coordinator; again for another one. (default: the sweep beside this program)"))
    var coordinator: [String] = []

    @Option(help: "Tasks of the sweep.")
    var tasks = 10_000

    @Option(help: "Records of a task.")
    var epochs = 1

    @Option(help: "Workers, a hundred in a process.")
    var workers = 16

    @Option(help: "Tasks that a worker has at once.")
    var slots = 4

    @Option(help: "Rounds. (default: 1, or 3 where several are compared)")
    var rounds: Int?

    @Option(help: "A measurement in which nothing moves for so many seconds is given up.")
    var timeout = 120.0

    @Option(help: ArgumentHelp("Compare with ray, dask and hyperqueue.", valueName: "rival,…"))
    var against: String?

    @Option(help: ArgumentHelp("That has the rivals.", valueName: "python"))
    var python = "python3"

    @Option(help: "text, or json: one object a line.")
    var format = OutputFormat.text

    func validate() throws {
        try check(tasks, "--tasks", 1...Sweep.taskLimit)
        try check(epochs, "--epochs", 1...10_000)
        try check(workers, "--workers", 1...20_000)
        try check(slots, "--slots", 1...4096)
        if let rounds { try check(rounds, "--rounds", 1...100) }
        guard (1...86_400).contains(timeout) else {
            throw ValidationError("--timeout \(timeout): must be 1 to 86400; use 120")
        }
        _ = try rivals()
    }

    private func check(_ value: Int, _ name: String, _ range: ClosedRange<Int>) throws {
        guard range.contains(value) else {
            throw ValidationError("\(name) \(value): must be \(range.lowerBound) to \(range.upperBound)")
        }
    }

    func run() throws {
        let interruption = Interruption()
        let programs = try programs(), rivals = try rivals()
        if !rivals.isEmpty { try DispatchRival.check(python: python) }
        do {
            try write(try measure(programs, rivals, interruption))
        } catch is Interrupted {
            FileHandle.standardError.write(Data("error: interrupted; nothing is left behind\n".utf8))
            throw ExitCode(130)
        }
    }

    private func measure(
        _ programs: [String], _ rivals: [DispatchRival], _ interruption: Interruption
    ) throws -> OrchestratorReport {
        let load = Load(
            tasks: tasks, epochs: epochs, workers: workers, slots: slots, timeout: .seconds(timeout))
        var report = OrchestratorReport(load, coordinators: programs, rivals: rivals)
        for round in 1...(rounds ?? (programs.count + rivals.count > 1 ? 3 : 1)) {
            for (index, program) in programs.enumerated() {
                Output.progress("\(program), round \(round) …")
                report.add(try OrchestratorRun.measure(program, load, interruption), ofCoordinator: index)
            }
            // A rival that cannot run is not asked again.
            for (index, rival) in rivals.enumerated() where report.rivals[index].absence == nil {
                Output.progress("\(rival.rawValue), round \(round) …")
                report.add(try rival.measure(load, python: python, interruption), ofRival: index)
            }
        }
        return report
    }

    private func write(_ report: OrchestratorReport) throws {
        switch format {
        case .text: Output.line(String(report.text.dropLast()))
        case .json:
            for object in report.coordinatorObjects { try Output.json(object) }
            for object in report.rivalObjects { try Output.json(object) }
        }
    }

    /// - Throws: where one cannot be run.
    private func programs() throws -> [String] {
        let own = try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
        let beside = URL(fileURLWithPath: own).deletingLastPathComponent().path + "/sweep"
        let chosen = coordinator.isEmpty ? [beside] : coordinator
        for program in chosen {
            guard access(program, X_OK) == 0 else {
                throw BenchFailure("--coordinator \(program): no program is there; give the path of a sweep")
            }
        }
        return chosen
    }

    private func rivals() throws -> [DispatchRival] {
        guard let against else { return [] }
        return try against.split(separator: ",").map { name in
            guard let rival = DispatchRival(rawValue: String(name)) else {
                throw ValidationError("--against \(name): must be ray, dask or hyperqueue")
            }
            return rival
        }
    }
}
