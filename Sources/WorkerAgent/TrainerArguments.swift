import HostSystem

/// The command line that makes a trainer of this program.
package enum TrainerArguments {
    /// A trainer hands its state over when the last one is older: often, since this side sends it on in its own time,
    /// and has the newest of a trainer that is killed; not after every epoch, which may take less than the hand-over.
    package static let longestCheckpointPause = Duration.seconds(2)
    /// All trainers of a worker together hand over so many states, unless the coordinator wants more: each state takes
    /// the agent's time, and few links carry so many.
    package static let handOversPerSecond = 4

    /// - Parameters:
    ///   - parent: with which the trainer ends.
    ///   - slots: of the worker.
    ///   - checkpointInterval: how old the coordinator wants a checkpoint to become.
    ///   - dataDirectory: `--data`; `nil` for the cache.
    ///   - core: what the trainer is bound to, if it is.
    package static func make(
        parent: Int32, slots: Int, checkpointInterval: Duration, dataDirectory: String?, core: PhysicalCore?
    ) -> [String] {
        let turn = Duration.seconds(1) * slots / handOversPerSecond
        let pause = min(checkpointInterval, max(longestCheckpointPause, turn))
        var arguments = ["trainer", "--parent", String(parent), "--checkpoint-pause", String(pause / .seconds(1))]
        if let dataDirectory { arguments += ["--data", dataDirectory] }
        if let core { arguments += ["--core", core.text] }
        return arguments
    }
}
