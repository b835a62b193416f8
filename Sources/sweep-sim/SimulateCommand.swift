import ArgumentParser
import CommandOutput
import Foundation
import Simulation

/// `sweep-sim`: simulated fleets in large numbers, one of them with its story, or with a bug planted.
@main
struct SimulateCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "sweep-sim",
        abstract: "Run simulated fleets under every fault; each is decided by its seed.",
        discussion: """
            Prints what was run, simulated hours and the faults by kind. A fleet that goes wrong is named by its seed \
            and told; --replay SEED tells any. Exit code 1 where one went wrong.
            """)

    @Option(help: ArgumentHelp("The first seed and the last.", valueName: "first-last"))
    var seeds = "0-1999"

    @Option(help: ArgumentHelp("Run this one alone and tell its story.", valueName: "seed"))
    var replay: UInt64?

    @Option(help: "Lines of a story.")
    var lines = 200

    @Option(help: ArgumentHelp("Plant this bug.", valueName: "name"))
    var bug: String?

    @Flag(help: "Plant each bug in turn, and say in how many of the seeds it is found; each must be.")
    var mutants = false

    @Option(
        help: """
            What goes wrong: nothing (calm), only coordinators are killed, and no epoch may be trained again \
            (restarts), a worker lies (liar), processes, links and disks in every way (stormy), or besides keys, \
            versions and hosts that report what cannot be (hostile). A planted bug has its own.
            """)
    var weather = FleetWeather.stormy

    @Option(help: "Fleets at the same time.")
    var threads = ProcessInfo.processInfo.activeProcessorCount

    static func main() {
        HelpWidth.bound()
        main(nil)
    }

    func validate() throws {
        guard range != nil else { throw ValidationError("--seeds \(seeds): give two numbers, such as 0-1999") }
        guard bug == nil || plantedBug != nil else {
            let names = PlantedBug.allCases.map(\.rawValue).joined(separator: ", ")
            throw ValidationError("--bug \(bug!): give one of \(names)")
        }
        guard (1...1024).contains(threads) else { throw ValidationError("--threads \(threads): give 1 to 1024") }
    }

    func run() throws {
        if let replay {
            return say(FleetCampaign.story(seed: replay, weather: weather, bug: plantedBug, lineCount: lines))
        }
        if mutants { return try runMutants() }
        var campaign = FleetCampaign(seeds: range!, bug: plantedBug, threads: threads)
        campaign.weather = weather
        let start = ContinuousClock.now
        let result = campaign.run { count in
            if count % 1000 == 0 { FileHandle.standardError.write(Data("\(count) fleets\n".utf8)) }
        }
        say(CampaignReport(result, wallTime: ContinuousClock.now - start).text)
        guard let failure = result.failures.first else { return }
        say(FleetCampaign.story(seed: failure.seed, weather: weather, bug: plantedBug, lineCount: lines))
        throw ExitCode(1)
    }

    private func runMutants() throws {
        var isEachFound = true
        for bug in PlantedBug.allCases {
            var campaign = FleetCampaign(seeds: range!, bug: bug, threads: threads)
            campaign.failureLimit = .max
            let result = campaign.run()
            let count = result.failures.count + result.runCount
            let first = result.failures.first.map { "; seed \($0.seed): \($0.description)" } ?? ""
            say("\(bug.rawValue): found in \(result.failures.count) of \(count) seeds\(first)")
            isEachFound = isEachFound && !result.failures.isEmpty
        }
        if !isEachFound { throw ExitCode(1) }
    }

    /// At once also into a pipe, unlike `print`: the planted bugs take minutes.
    private func say(_ text: String) { FileHandle.standardOutput.write(Data((text + "\n").utf8)) }

    private var plantedBug: PlantedBug? { bug.flatMap { PlantedBug(rawValue: $0) } }

    private var range: ClosedRange<UInt64>? {
        let ends = seeds.split(separator: "-").compactMap { UInt64($0) }
        return ends.count == 2 && ends[0] <= ends[1] ? ends[0]...ends[1] : nil
    }
}

extension FleetWeather: ExpressibleByArgument {}

/// What a campaign did, for people.
struct CampaignReport {
    private let result: FleetCampaign.Result
    private let wallTime: Duration

    init(_ result: FleetCampaign.Result, wallTime: Duration) {
        self.result = result
        self.wallTime = wallTime
    }

    var text: String {
        let summary = result.summary
        let faults = summary.faults.sorted { ($1.value, $0.key) < ($0.value, $1.key) }
        let lines = faults.map { kind, count in "  \(kind): \(count)" }
        return """
            \(result.runCount) fleets well, \(result.failures.count) not, in \(wallTime)
            \(summary.seconds / 3600) simulated hours, \(summary.eventCount) events, \(summary.restartCount) \
            coordinators
            \(summary.comparisonCount) records compared, \(summary.checkpointCount) checkpoints stored, \
            \(summary.resumedCount) attempts resumed from one, \(summary.retrainedCount) epochs trained again
            \(summary.takeoverCount) workers of the coordinator's host taken over
            \(summary.faultCount) faults:
            \(lines.joined(separator: "\n"))
            """
    }
}
