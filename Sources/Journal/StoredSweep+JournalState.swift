import Experiment
import Scheduling

extension StoredSweep {
    /// - Parameters:
    ///   - state: what the journal knows.
    ///   - checkpoints: the newest that is on the disk, of each task that has one.
    public init(_ state: JournalState, checkpoints: [TaskID: CheckpointLabel]) {
        self.init(
            name: state.plan.name,
            tasks: zip(state.plan.tasks, state.histories).map { task, history in
                TaskBoard.RestoredTask(task: task, history: history, checkpoint: checkpoints[task.id])
            },
            keys: state.keys, judgements: state.judgements, workers: state.workers.map(\.id))
    }
}
