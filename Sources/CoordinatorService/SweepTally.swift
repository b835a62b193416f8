import Experiment
import Journal

/// What the coordinator counts for those who watch it.
package struct SweepTally {
    package let epochsTotal: Int
    package private(set) var epochsDone: Int
    package var disagreementCount: Int
    private let epochsDoneAtStart: Int

    package init(_ state: JournalState) {
        epochsTotal = state.plan.tasks.reduce(0) { $0 + $1.parameters.epochs }
        epochsDone = state.histories.reduce(0) { $0 + $1.epochs.count }
        epochsDoneAtStart = epochsDone
        disagreementCount = state.disagreementCount
    }

    package mutating func countStored(_ count: Int) { epochsDone += count }

    /// Epochs a second since the start, and how long the rest takes at this rate.
    package func pace(elapsed: Duration) -> (rate: Double?, timeLeft: Duration?) {
        let done = epochsDone - epochsDoneAtStart
        guard done > 0, elapsed > .zero else { return (nil, nil) }
        let rate = Double(done) / (elapsed / .seconds(1))
        return (rate, .seconds(Double(epochsTotal - epochsDone) / rate))
    }
}
