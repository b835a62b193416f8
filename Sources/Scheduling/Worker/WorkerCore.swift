import Experiment
import Messages

/// Everything that a worker decides with: its session with the coordinator, and whether the images of its host are
/// those of a task, which is known before a trainer starts.
///
/// A plain value like `WorkerSession`: events and the present instant in, actions out, in the order in which they are
/// to be carried out. It passes on what the session says, but for trainers of tasks whose images are not known yet.
public struct WorkerCore: Sendable {
    public private(set) var session: WorkerSession
    private var images = ImageChecks()

    public init(_ session: WorkerSession) {
        self.session = session
    }

    public mutating func handle(_ event: WorkerSession.Event, at now: Instant) -> [WorkerAction] {
        session.handle(event, at: now).flatMap { carryOut($0, at: now) }
    }

    /// Takes the answer to `loadImages`: what the images' digest is, or why they cannot be read.
    public mutating func takeImages(
        _ result: Result<DataDigest, HostFault>, of name: DataSetName, at now: Instant
    ) -> [WorkerAction] {
        images.takeResult(result, of: name).flatMap { begin($0, at: now) }
    }

    /// Before a trainer starts, or is stopped that may not have started.
    private mutating func carryOut(_ action: WorkerAction, at now: Instant) -> [WorkerAction] {
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
        return handle(.trainerNotStarted(start.key, fault), at: now)
    }

    private mutating func stop(_ key: AttemptKey, at now: Instant) -> [WorkerAction] {
        guard images.withdraw(key) else { return [.stopTrainer(key)] }
        let end = AttemptEnd(outcome: .cancelled, reason: "stopped before it began", seconds: 0)
        return handle(.trainerEnded(key, end), at: now)
    }
}
