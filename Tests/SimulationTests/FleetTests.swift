import Foundation
import Simulation
import Testing

/// A fleet that is struck by every fault stores every record exactly once.
///
/// More seeds by hand: `sweep-sim --seeds 0-99999`, and the story of one: `sweep-sim --replay SEED`.
struct FleetTests {
    @Test(.timeLimit(.minutes(8)))
    func `the sweep ends soon after the faults, with the records of an undisturbed run`() {
        let result = FleetCampaign(seeds: 0...1_999).run()
        if let failure = result.failures.first {
            let story = FleetCampaign.story(seed: failure.seed, lineCount: 60)
            Issue.record("\(failure.description)\n\(story)\nreplay it: sweep-sim --replay \(failure.seed)")
        }
        let summary = result.summary
        print(
            "\(result.runCount) fleets, \(summary.seconds / 3600) simulated hours, \(summary.eventCount) events,",
            "\(summary.faultCount) faults, \(summary.restartCount) coordinators,",
            "\(summary.comparisonCount) records compared, \(summary.resumedCount) attempts resumed")
        // A simulator whose faults do nothing would pass, too.
        #expect(result.runCount == 2_000)
        #expect(summary.faults.count >= 25, "\(summary.faults.keys.sorted())")
        #expect(summary.faults.values.allSatisfy { $0 >= 20 }, "\(summary.faults)")
        // Those that were told to take another name go on under it.
        for what in [
            "worker told to take another name", "renamed worker trains", "trainer not started",
            "key of the coordinator changed", "next key not kept", "checkpoint larger than any can be",
        ] {
            #expect(summary.faults[what, default: 0] >= 20, "\(what): \(summary.faults)")
        }
        #expect(summary.restartCount > result.runCount)
        #expect(summary.comparisonCount > 0 && summary.resumedCount > result.runCount / 2)
    }

    @Test(.timeLimit(.minutes(8)))
    func `revoked keys, other versions, records that cannot be and a crowd change no record and hold nothing up`() {
        var campaign = FleetCampaign(seeds: 0...499)
        campaign.weather = .hostile
        let result = campaign.run()
        if let failure = result.failures.first {
            let story = FleetCampaign.story(seed: failure.seed, weather: .hostile, lineCount: 60)
            let command = "sweep-sim --weather hostile --replay \(failure.seed)"
            Issue.record("\(failure.description)\n\(story)\nreplay it: \(command)")
        }
        #expect(result.runCount == 500)
        for fault in [
            "key revoked", "somebody of another version spoke", "record that cannot be",
            "coordinator frozen at its start", "more arrived than a turn takes",
        ] {
            #expect(result.summary.faults[fault, default: 0] >= 20, "\(fault): \(result.summary.faults)")
        }
    }

    @Test(
        arguments: [FleetWeather.calm, .restarts])
    func `nothing that was acknowledged is trained twice, however often the coordinator is killed and started again`(
        weather: FleetWeather
    ) throws {
        var restartCount = 0
        var takeoverCount = 0
        for seed in 0..<100 as Range<UInt64> {
            guard case .success(let summary) = FleetCampaign.run(seed: seed, weather: weather) else {
                Issue.record("replay it: sweep-sim --weather \(weather) --replay \(seed)")
                continue
            }
            #expect(summary.retrainedCount == 0, "seed \(seed)")
            restartCount += summary.restartCount
            takeoverCount += summary.takeoverCount
        }
        // The last is the end of the sweep, or of the next one.
        #expect(weather == .calm || restartCount > 500 && takeoverCount > 100, "\(restartCount), \(takeoverCount)")
    }

    /// With each checkpoint of a stranger followed by an audit, or all tasks audited, and three honest keys.
    @Test(.timeLimit(.minutes(3)))
    func `whatever a worker lies about, the records are those of an undisturbed run, and nobody honest is named`() {
        var campaign = FleetCampaign(seeds: 0...399)
        campaign.weather = .liar
        let result = campaign.run()
        if let failure = result.failures.first {
            let story = FleetCampaign.story(seed: failure.seed, weather: .liar, lineCount: 60)
            Issue.record(
                "\(failure.description)\n\(story)\nreplay it: sweep-sim --weather liar --replay \(failure.seed)")
        }
        #expect(result.runCount == 400)
        let faults = result.summary.faults
        let lies = [
            "record forged", "images forged, and nothing else", "checkpoint forged", "end made up",
            "name claimed by the liar",
        ]
        for lie in lies {
            #expect(faults[lie, default: 0] > 100, "\(faults)")
        }
        #expect(faults["liar named", default: 0] > 100, "\(faults)")
        // Where so many have had a hand in a task that nobody is left to ask.
        #expect(faults["dispute left open", default: 0] < 60, "\(faults)")
    }

    @Test(arguments: [1, 2, 3] as [UInt64])
    func `the same seed gives the same run`(seed: UInt64) throws {
        let first = try FleetCampaign.run(seed: seed).get(), second = try FleetCampaign.run(seed: seed).get()
        #expect(first == second)
    }
}

/// The simulator finds every bug that is planted into its wiring.
struct PlantedBugTests {
    /// Most are found by the first seeds; `sweep-sim --mutants` says in how many of any range.
    @Test(.timeLimit(.minutes(3)), arguments: PlantedBug.allCases)
    func `a planted bug is found`(bug: PlantedBug) {
        let result = FleetCampaign(seeds: 0...399, bug: bug).run()
        #expect(!result.failures.isEmpty, "not found in \(result.runCount) seeds")
    }
}
