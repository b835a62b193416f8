import Experiment
import Journal
import Reporting

extension RunFacts {
    /// What the journal knows of a run besides its records.
    ///
    /// - Parameter axes: of its sweep; by them, and the seed, tasks are told apart.
    init(_ state: JournalState, axes: [Hyperparameter]) {
        self.init(
            name: state.plan.name, sweepFile: state.plan.text, data: state.plan.data.rawValue,
            tasks: zip(state.plan.tasks, state.histories).map { Task($0, $1, axes: axes) },
            workers: state.workers.map(Worker.init), alarmCount: state.disagreementCount)
    }
}

extension RunFacts.Task {
    fileprivate init(_ task: SweepTask, _ history: TaskHistory, axes: [Hyperparameter]) {
        self.init(
            id: task.id.rawValue, summary: task.parameters.label(axes + [.seed]), state: Self.state(task, history),
            epochsStored: history.epochs.count, epochs: task.parameters.epochs)
    }

    private static func state(_ task: SweepTask, _ history: TaskHistory) -> State {
        if history.epochs.count == task.parameters.epochs { return .done }
        if let reason = history.failure { return .failed(reason: reason) }
        return history.attempts.contains { $0.end == nil } ? .running : .waiting
    }
}

extension RunFacts.Worker {
    fileprivate init(_ worker: SeenWorker) {
        self.init(
            name: worker.id.rawValue, host: worker.facts.host, processor: worker.facts.processor,
            cores: worker.facts.cores, slots: worker.slots, kernels: worker.facts.kernels, build: worker.facts.build)
    }
}
