import Experiment
import Journal
import Reporting

extension RunFacts {
    /// What the journal knows of a run besides its records.
    ///
    /// - Parameter axes: of its sweep.
    init(_ state: JournalState, axes: [Hyperparameter]) {
        self.init(
            name: state.plan.name, sweepFile: state.plan.text, data: state.plan.data, axes: axes,
            snapshot: state.snapshot(),
            workers: state.workers.map { .init(id: $0.id, facts: $0.facts, slots: $0.slots) })
    }
}
