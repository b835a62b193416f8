import Experiment
import Messages

/// Everything that a worker decides with: its session with the coordinator, and whether the images of its host are
/// those of a task, which is known before a trainer starts.
///
/// A plain value like `WorkerSession`: events and the present instant in, actions out. A turn takes what has happened,
/// one event after another, and ends with `passTime`. After each of these the actions are to be carried out, in their
/// order, until none is left:
///
///     core.take(event, at: now)
///     while let action = core.nextAction() { carryOut(action) }
///
/// What follows from an action that was carried out, such as a trainer that did not start, is an event, too, and may be
/// taken at once: its actions come after those that were decided before it. Nothing comes after `finish`.
///
/// The value passes on what the session says, but for trainers of tasks whose images are not known yet.
public struct WorkerCore: Sendable {
    public private(set) var session: WorkerSession
    private var images = ImageChecks()
    /// Decided, and not handed out yet.
    private var actions: ArraySlice<WorkerAction> = []
    /// The worker's work is over: `finish` was handed out.
    public private(set) var isFinished = false

    public init(_ session: WorkerSession) {
        self.session = session
    }

    /// Takes one event into the turn.
    public mutating func take(_ event: WorkerSession.Event, at now: Instant) {
        guard !isFinished else { return }
        actions += decide(event, at: now)
    }

    /// Takes the answer to `loadImages`: what the images' digest is, or why they cannot be read.
    public mutating func takeImages(
        _ result: Result<DataDigest, HostFault>, of name: DataSetName, at now: Instant
    ) {
        guard !isFinished else { return }
        for start in images.takeResult(result, of: name) { actions += begin(start, at: now) }
    }

    /// Ends the turn: time has passed, and everything that had happened was taken before.
    public mutating func passTime(at now: Instant) { take(.timePassed, at: now) }

    /// The action to be carried out next; `nil` where there is none until something happens.
    public mutating func nextAction() -> WorkerAction? {
        guard let action = actions.popFirst() else { return nil }
        if case .finish = action {
            isFinished = true
            actions = []
        }
        return action
    }

    private mutating func decide(_ event: WorkerSession.Event, at now: Instant) -> [WorkerAction] {
        session.handle(event, at: now).flatMap { prepare($0, at: now) }
    }

    /// Before a trainer starts, or is stopped that may not have started.
    private mutating func prepare(_ action: WorkerAction, at now: Instant) -> [WorkerAction] {
        switch action {
        case .startTrainer(let start): prepare(start, at: now)
        case .stopTrainer(let key): stop(key, at: now)
        case .send, .rename, .loadImages, .reportUnfit, .keepKey, .finish: [action]
        }
    }

    /// The first time, the images are read, while everything else goes on: from a slow disk that can take longer than a
    /// lease.
    private mutating func prepare(_ start: TrainerStart, at now: Instant) -> [WorkerAction] {
        switch images.demand(for: start) {
        case .ready: begin(start, at: now)
        case .loading: []
        case .load(let name): [.loadImages(name)]
        }
    }

    private mutating func begin(_ start: TrainerStart, at now: Instant) -> [WorkerAction] {
        guard let fault = images.fault(of: start.task, host: session.facts.host) else { return [.startTrainer(start)] }
        return decide(.trainerNotStarted(start.key, fault), at: now)
    }

    private mutating func stop(_ key: AttemptKey, at now: Instant) -> [WorkerAction] {
        guard images.withdraw(key) else { return [.stopTrainer(key)] }
        let end = AttemptEnd(outcome: .cancelled, reason: "stopped before it began", seconds: 0)
        return decide(.trainerEnded(key, end), at: now)
    }
}
