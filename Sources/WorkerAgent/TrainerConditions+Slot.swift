import HostSystem
import Wire

/// What a worker tells the trainer of a slot besides its task.
extension TrainerConditions {
    /// A trainer hands its state over when the last one is older: often, since this side sends it on in its own time,
    /// and has the newest of a trainer that is killed; not after every epoch, which may take less than the hand-over.
    package static let longestCheckpointPause = Duration.seconds(2)
    /// All trainers of a worker together hand over so many states, unless the coordinator wants more: each state takes
    /// the agent's time, and few links carry so many.
    package static let handOversPerSecond = 4

    /// - Parameters:
    ///   - agent: the process with which the trainer ends.
    ///   - slots: of the worker.
    ///   - checkpointInterval: how old the coordinator wants a checkpoint to become.
    ///   - dataDirectory: `--data`; `nil` for the cache.
    ///   - core: what the trainer is bound to, if it is.
    package init(
        agent: Int32, slots: Int, checkpointInterval: Duration, dataDirectory: String?, core: PhysicalCore?
    ) {
        let turn = Duration.seconds(1) * slots / Self.handOversPerSecond
        self.init(
            agent: agent, dataDirectory: dataDirectory, processors: core?.processors ?? [],
            checkpointPause: min(checkpointInterval, max(Self.longestCheckpointPause, turn)))
    }
}
