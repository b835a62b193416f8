import Experiment
import Messages

/// Everything that a worker decides with: its session with the coordinator, and whether the images of its host are
/// those of a task, which is known before a trainer starts.
///
/// A plain value like `WorkerSession`: events and the present instant in, effects out, in the order in which they are
/// to be carried out.
public struct WorkerCore: Sendable {
    public private(set) var session: WorkerSession
    private var images = ImageChecks()

    public init(_ session: WorkerSession) {
        self.session = session
    }

    public mutating func handle(_ event: WorkerSession.Event, at now: Instant) -> [Effect] {
        session.handle(event, at: now).flatMap { effects(of: $0, at: now) }
    }

    /// Takes the answer to `loadImages`: what the images' digest is, or why they cannot be read.
    public mutating func takeImages(
        _ result: Result<DataDigest, ImageFault>, of name: DataSetName, at now: Instant
    ) -> [Effect] {
        images.takeResult(result, of: name).flatMap { begin($0, at: now) }
    }

    private mutating func effects(of action: WorkerSession.Action, at now: Instant) -> [Effect] {
        switch action {
        case .send(let message): [.send(message)]
        case .rename(let name): [.rename(name)]
        case .startTrainer(let key, let task, let slot, let checkpoint):
            prepare(TrainerStart(key: key, task: task, slot: slot, checkpoint: checkpoint), at: now)
        case .stopTrainer(let key, _): stop(key, at: now)
        case .finish(let finish): [.finish(finish)]
        }
    }

    /// The first time, the images are read, while everything else goes on: from a slow disk that can take longer than a
    /// lease.
    private mutating func prepare(_ start: TrainerStart, at now: Instant) -> [Effect] {
        switch images.demand(for: start) {
        case .ready: begin(start, at: now)
        case .loading: []
        case .load(let name): [.loadImages(name)]
        }
    }

    private mutating func begin(_ start: TrainerStart, at now: Instant) -> [Effect] {
        guard let fault = images.fault(of: start.task, host: session.facts.host) else { return [.startTrainer(start)] }
        let end = AttemptEnd(outcome: .unfit, reason: fault.description, seconds: 0)
        return [.reportUnfit(start.key, fault)] + handle(.trainerEnded(start.key, end), at: now)
    }

    private mutating func stop(_ key: AttemptKey, at now: Instant) -> [Effect] {
        guard images.withdraw(key) else { return [.stopTrainer(key)] }
        let end = AttemptEnd(outcome: .cancelled, reason: "stopped before it began", seconds: 0)
        return handle(.trainerEnded(key, end), at: now)
    }
}

extension WorkerCore {
    /// What to do.
    public enum Effect: Sendable, Equatable {
        /// Say it to the coordinator.
        case send(WorkerMessage)
        /// Use this name from now on: the other one is another key's.
        case rename(WorkerID)
        /// Read the images of this host and report: `takeImages`. Nobody asks for the same ones meanwhile.
        case loadImages(DataSetName)
        case startTrainer(TrainerStart)
        case stopTrainer(AttemptKey)
        /// The attempt cannot be trained here; the coordinator is told.
        case reportUnfit(AttemptKey, ImageFault)
        /// The worker's work is over.
        case finish(WorkerSession.Finish)
    }
}
