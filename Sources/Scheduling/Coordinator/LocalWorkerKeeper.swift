import Experiment

/// Decides about the worker of the coordinator's own host: whether one that outlived an earlier coordinator is taken
/// over, and when one is started, started again or given up.
///
/// A plain value like `TaskBoard`: events and the present instant in, actions out. Looking and starting are actions
/// that report back as events, so that a failure comes by the same door as a success.
public struct LocalWorkerKeeper: Sendable {
    public struct Policy: Sendable, Hashable {
        /// A worker that was taken over and is silent for longer is killed, since no other can be started beside it.
        public var answerTimeout: Duration = .seconds(20)
        /// A worker that was dismissed and has not ended by then is killed. Its trainers' states are handed over
        /// sooner.
        public var dismissalTimeout: Duration = .seconds(10)
        /// An end before this time counts as a failed start, unless a record was stored.
        public var quickEnd: Duration = .seconds(30)
        /// After so many failed starts in a row no further one is tried.
        public var quickEndLimit = 5
        /// The wait before the next try, when it could not be told whether a worker is there, or none could be started.
        public var pause: Duration = .seconds(3)
        /// A worker that has not ended so long after its coordinator's last turn is killed.
        public var farewellTimeout: Duration = .seconds(3)
        /// How long the end of a killed worker is waited for then.
        public var killTimeout: Duration = .seconds(1)
        /// Whether workers of other hosts can go on where this host has none.
        public var othersMayJoin = false

        public init() {}

        /// - Parameter lease: how long other workers may be silent.
        public init(lease: Duration, othersMayJoin: Bool) {
            answerTimeout = max(lease, .seconds(10))
            self.othersMayJoin = othersMayJoin
        }
    }

    enum State: Sendable, Hashable {
        /// `begin` follows, or the answer to an action does.
        case asking
        /// It could not be told whether a worker is there, or no worker could be started.
        case pausing(until: Instant, isUnclear: Bool)
        case running(WorkerID, Run)
        /// No worker is wanted and none is there, or local workers were given up.
        case idle
    }

    enum Run: Sendable, Hashable {
        case started(Instant)
        /// The worker was silent so far, and must speak until the deadline; `nil` when it has spoken.
        case takenOver(deadline: Instant?)
        /// The worker must end until the deadline; `nil` when it was killed.
        case dismissed(deadline: Instant?)
    }

    private let isWanted: Bool
    let policy: Policy
    private var state = State.asking
    /// How many starts in a row came to nothing.
    private var quickEndCount = 0
    private var isStopping = false
    private var now = Instant(sinceOrigin: .zero)

    /// - Parameter isWanted: whether one shall train on this host.
    public init(isWanted: Bool, policy: Policy = Policy()) {
        self.isWanted = isWanted
        self.policy = policy
    }

    /// The first thing to do.
    public func begin() -> [Action] { [.look] }

    public mutating func handle(_ event: Event, at instant: Instant) -> [Action] {
        now = max(now, instant)
        switch event {
        case .found(let sighting): return take(sighting)
        case .started(let worker):
            state = .running(worker, .started(now))
            return []
        case .startFailed: return countQuickEnd() ?? pause()
        case .spoke(let worker):
            return recordWord(of: worker)
        case .progressed(let worker):
            if worker == name { quickEndCount = 0 }
            return []
        case .ended(let worker): return worker == name ? recordEnd() : []
        case .stopRequested:
            isStopping = true
            return []
        case .timePassed: return keepUp(at: instant)
        }
    }

    /// The one that runs; `nil` where none does.
    public var name: WorkerID? {
        if case .running(let worker, _) = state { worker } else { nil }
    }

    /// Whether one is wanted, and is there or may still come.
    public var isWorkerComing: Bool {
        guard isWanted, !isStopping, state != .idle else { return false }
        if case .running(_, .dismissed) = state { return false }
        return true
    }

    /// Whether no earlier one can still be at work but the one that was taken over.
    public var knowsWhoIsThere: Bool {
        if case .pausing(_, true) = state { false } else { true }
    }

    /// The instant of the next `timePassed` that could change something.
    public var nextDeadline: Instant? {
        switch state {
        case .pausing(let end, _): isStopping ? nil : end
        case .running(_, .takenOver(let deadline)), .running(_, .dismissed(let deadline)): deadline
        default: nil
        }
    }

    private mutating func take(_ sighting: Sighting) -> [Action] {
        switch sighting {
        case .nobody:
            state = isWanted ? .asking : .idle
            return isWanted && !isStopping ? [.start] : []
        case .worker(let worker, isAlike: true) where isWanted:
            state = .running(worker, .takenOver(deadline: now + policy.answerTimeout))
            return [.takeOver(worker)]
        case .worker(let worker, _):
            state = .running(worker, .dismissed(deadline: now + policy.dismissalTimeout))
            return [.takeOver(worker), .dismiss(worker)]
        case .unclear:
            state = .pausing(until: now + policy.pause, isUnclear: true)
            return []
        }
    }

    /// A worker that could not be seen shows itself when it speaks.
    private mutating func recordWord(of worker: WorkerID) -> [Action] {
        switch state {
        case .running(worker, .takenOver(_?)):
            state = .running(worker, .takenOver(deadline: nil))
            return []
        case .pausing(_, isUnclear: true) where worker.isLocal:
            state = .running(worker, .takenOver(deadline: nil))
            return [.takeOver(worker)]
        default: return []
        }
    }

    private mutating func recordEnd() -> [Action] {
        guard case .running(_, let run) = state else { return [] }
        state = .asking
        if case .started(let instant) = run {
            if now - instant >= policy.quickEnd {
                quickEndCount = 0
            } else if let end = countQuickEnd() {
                return end
            }
        }
        return isStopping ? [] : [.look]
    }

    /// `nil` while another one may be tried.
    private mutating func countQuickEnd() -> [Action]? {
        quickEndCount += 1
        guard quickEndCount >= policy.quickEndLimit else { return nil }
        state = .idle
        return [.giveUp(isSweepOver: !policy.othersMayJoin)]
    }

    private mutating func pause() -> [Action] {
        state = .pausing(until: now + policy.pause, isUnclear: false)
        return []
    }

    private mutating func keepUp(at instant: Instant) -> [Action] {
        switch state {
        case .pausing(let end, _) where instant >= end && !isStopping:
            state = .asking
            return [.look]
        case .running(let worker, .takenOver(let deadline?)) where instant >= deadline:
            state = .running(worker, .takenOver(deadline: nil))
            return [.kill(worker)]
        case .running(let worker, .dismissed(let deadline?)) where instant >= deadline:
            state = .running(worker, .dismissed(deadline: nil))
            return [.kill(worker)]
        default: return []
        }
    }
}

extension LocalWorkerKeeper {
    public enum Event: Sendable {
        /// The answer to `look`.
        case found(Sighting)
        /// The answers to `start`.
        case started(WorkerID)
        case startFailed
        /// Any message of a worker.
        case spoke(WorkerID)
        /// A record of a worker was stored.
        case progressed(WorkerID)
        /// The process of a local worker is gone.
        case ended(WorkerID)
        /// The sweep is to stop: nothing is started any more.
        case stopRequested
        /// And everything that had arrived by this instant was handled before.
        case timePassed
    }

    public enum Sighting: Sendable, Hashable {
        case nobody
        /// A worker that an earlier coordinator started; it is alike if it is the same program with the same options.
        case worker(WorkerID, isAlike: Bool)
        /// It cannot be told whether a worker is there.
        case unclear
    }

    public enum Action: Sendable, Hashable {
        /// See whether one is there, and report what was `found`.
        case look
        /// Start one, and report: `started` or `startFailed`.
        case start
        /// Wait for the end of this one, which another coordinator started, and report it: `ended`. Where it could not
        /// be seen, nothing else can be done to it.
        case takeOver(WorkerID)
        /// Have it hand its trainers' states over and end.
        case dismiss(WorkerID)
        case kill(WorkerID)
        /// Too many starts in a row came to nothing; nothing more is tried. Where nobody else can go on, the sweep is
        /// over.
        case giveUp(isSweepOver: Bool)
    }
}
