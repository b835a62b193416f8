import Dispatch
import Scheduling
import Synchronization

/// Many fleets, each decided by its seed.
package struct FleetCampaign: Sendable {
    /// A fleet that went wrong.
    package struct Failure: Sendable, CustomStringConvertible {
        package let seed: UInt64
        /// Says what was wrong.
        package let description: String
    }

    package struct Result: Sendable {
        package var summary = Fleet.Summary()
        /// Fleets that came to their end.
        package var runCount = 0
        /// By seed.
        package var failures: [Failure] = []

        package init() {}
    }

    package var seeds: ClosedRange<UInt64>
    package var weather = FleetWeather.stormy
    package var bug: PlantedBug?
    /// No further fleet is begun after so many failures.
    package var failureLimit = 1
    package var threads: Int

    package init(seeds: ClosedRange<UInt64>, bug: PlantedBug? = nil, threads: Int = 2) {
        self.seeds = seeds
        self.bug = bug
        self.threads = threads
    }

    /// - Parameter progress: told the number of fleets so far; called from several threads.
    package func run(progress: @Sendable (Int) -> Void = { _ in }) -> Result {
        let result = Mutex(Result())
        let next = Atomic(seeds.lowerBound)
        DispatchQueue.concurrentPerform(iterations: threads) { _ in
            while true {
                let seed = next.wrappingAdd(1, ordering: .relaxed).oldValue
                guard seed <= seeds.upperBound, result.withLock({ $0.failures.count < failureLimit }) else { return }
                let outcome = Self.run(seed: seed, weather: weather, bug: bug)
                let count = result.withLock { result in
                    switch outcome {
                    case .success(let summary):
                        result.summary.add(summary)
                        result.runCount += 1
                    case .failure(let violation):
                        result.failures.append(Failure(seed: seed, description: violation.description))
                    }
                    return result.runCount + result.failures.count
                }
                progress(count)
            }
        }
        var final = result.withLock { $0 }
        final.failures.sort { $0.seed < $1.seed }
        return final
    }

    /// Runs one fleet to its end.
    package static func run(
        seed: UInt64, weather: FleetWeather = .stormy, bug: PlantedBug? = nil
    ) -> Swift.Result<Fleet.Summary, FleetViolation> {
        var fleet = Fleet(seed: seed, weather: weather, bug: bug)
        return Swift.Result { () throws(FleetViolation) in try fleet.run() }
    }

    /// The same fleet again, with its story.
    package static func story(seed: UInt64, weather: FleetWeather = .stormy, bug: PlantedBug? = nil, lineCount: Int)
        -> String
    {
        var fleet = Fleet(seed: seed, weather: weather, bug: bug, isTold: true)
        do throws(FleetViolation) {
            let summary = try fleet.run()
            let text = fleet.story!.text(of: nil, lineCount: lineCount)
            return "\(text)\nseed \(seed): well after \(summary.seconds) simulated seconds"
        } catch {
            let text = fleet.story!.text(of: error.task, lineCount: lineCount)
            return "\(text)\nseed \(seed), \(fleet.now.milliseconds) ms: \(error)"
        }
    }
}
