import Experiment

// Looking for a worker of this host and starting one are answered at once, between two turns: no fact depends on them.

extension CoordinatorCore {
    /// The first thing that a coordinator does.
    public func begin() -> [LocalWorkerKeeper.Action] { keeper.begin() }

    /// How long the worker of this host has for what it is asked.
    public var localWorkerPolicy: LocalWorkerKeeper.Policy { keeper.policy }

    /// Takes the answer to an action that wants one: `look` or `start`.
    public mutating func takeAnswer(
        _ answer: LocalWorkerKeeper.Event, at now: Instant
    ) -> [LocalWorkerKeeper.Action] {
        keeper.handle(answer, at: now)
    }
}
