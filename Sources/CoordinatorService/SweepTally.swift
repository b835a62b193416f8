import Experiment
import Journal

/// What the coordinator counts for those who watch it.
struct SweepTally {
    let epochsTotal: Int
    private(set) var epochsDone: Int
    var disagreementCount: Int
    private var facts: [WorkerID: HostFacts] = [:]
    private let epochsDoneAtStart: Int

    init(_ state: JournalState) {
        epochsTotal = state.plan.tasks.reduce(0) { $0 + $1.parameters.epochs }
        epochsDone = state.histories.reduce(0) { $0 + $1.epochs.count }
        epochsDoneAtStart = epochsDone
        disagreementCount = state.disagreementCount
    }

    mutating func noteStored(_ count: Int) { epochsDone += count }

    /// Notes a worker's hello; `true` if this coordinator hears its facts for the first time.
    mutating func noteWorker(_ worker: WorkerID, _ facts: HostFacts) -> Bool {
        self.facts.updateValue(facts, forKey: worker) != facts
    }

    /// Epochs a second since the start, and how long the rest takes at this rate.
    func pace(elapsed: Duration) -> (rate: Double?, timeLeft: Duration?) {
        let done = epochsDone - epochsDoneAtStart
        guard done > 0, elapsed > .zero else { return (nil, nil) }
        let rate = Double(done) / (elapsed / .seconds(1))
        return (rate, .seconds(Double(epochsTotal - epochsDone) / rate))
    }
}
