import Experiment
import Foundation
import Scheduling
import Testing

/// More seeds by hand: `SWEEP_FLEET_SEEDS=0-9999 swift test --filter FleetTests`.
@Suite("A fleet that is struck by every fault stores every record exactly once")
struct FleetTests {
    static var seeds: ClosedRange<UInt64> {
        let asked = ProcessInfo.processInfo.environment["SWEEP_FLEET_SEEDS"]?.split(separator: "-").compactMap {
            UInt64($0)
        }
        guard let asked, asked.count == 2, asked[0] <= asked[1] else { return 0...199 }
        return asked[0]...asked[1]
    }

    @Test("The sweep ends soon after the faults, and the workers forget it")
    func faultyFleet() {
        var total = Fleet.Summary()
        for seed in Self.seeds {
            guard let summary = run(seed: seed) else { return }
            total.eventCount += summary.eventCount
            total.restartCount += summary.restartCount
            total.faultCount += summary.faultCount
            total.comparisonCount += summary.comparisonCount
            total.seconds += summary.seconds
        }
        print(
            "\(Self.seeds.count) fleets, \(total.seconds / 3600) simulated hours, \(total.eventCount) events,",
            "\(total.faultCount) faults, \(total.restartCount) coordinators, \(total.comparisonCount) records compared")
        // A simulator whose faults do nothing would pass, too.
        #expect(total.faultCount > Self.seeds.count)
        #expect(total.restartCount > Self.seeds.count)
        #expect(total.comparisonCount > 0)
    }

    @Test("Without faults nothing is trained twice")
    func calmFleet() {
        for seed in 0..<30 as Range<UInt64> {
            #expect(run(seed: seed, isCalm: true)?.comparisonCount == 0, "seed \(seed)")
        }
    }

    @Test("The same seed gives the same run", arguments: [1, 2, 3] as [UInt64])
    func replay(seed: UInt64) {
        #expect(run(seed: seed) == run(seed: seed))
    }

    /// `nil` after a failure, whose story is told.
    private func run(seed: UInt64, isCalm: Bool = false) -> Fleet.Summary? {
        var fleet = Fleet(seed: seed, isCalm: isCalm)
        do {
            return try fleet.run()
        } catch {
            var told = Fleet(seed: seed, isCalm: isCalm, isTold: true)
            _ = try? told.run()
            let story = told.story!.text(of: error.task)
            Issue.record(
                "seed \(seed), \(told.now.milliseconds) ms, task \(error.task?.rawValue ?? "any"): \(error)\n\(story)")
            return nil
        }
    }
}
