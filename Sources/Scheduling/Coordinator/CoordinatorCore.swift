import Experiment
import Messages
import Status

/// Everything that a coordinator decides with: its board, the keeper of its own host's worker, who speaks over which
/// connection, and what becomes of its key.
///
/// A plain value like `TaskBoard`. A turn takes what arrived, one event after another, and ends with `finishTurn`,
/// which gives what follows from all of them, in an order that `Turn` enforces. The value is ahead of the disk from
/// then on until the turn is stored: whoever gives a turn up gives the value up, too, and begins again with what is
/// stored.
public struct CoordinatorCore<Connection: WorkerConnection>: Sendable {
    public private(set) var board: TaskBoard
    var keeper: LocalWorkerKeeper
    private var peers = PeerTable<Connection>()
    /// Whose the names of local workers are.
    private let localKey: WorkerKey?
    private var nameBudget = NameBudget()
    private var factsBudget = FactsBudget()
    /// `nil` where only this host's worker is listened to.
    private var keyHandover: KeyHandover<Connection>?
    /// Local workers of earlier coordinators, until it can be told which of them have ended.
    private var pastLocalWorkers: [WorkerID]
    /// The facts that each worker told this coordinator of its host.
    private var knownFacts: [WorkerID: HostFacts] = [:]
    /// When the sweep was asked to stop; `nil` while it goes on.
    public private(set) var stopRequestedAt: Instant?
    /// The last turn compares records, and what came of that was not learnt yet.
    private var isComparing = false
    /// The turn that began with the first event since the last one ended.
    private(set) var draft = TurnDraft<Connection>()

    /// - Parameters:
    ///   - keeper: has decided nothing yet.
    ///   - localKey: of the workers that coordinators start on their own host; nobody else may have such a name.
    ///   - pastLocalWorkers: the local workers that the journal knows.
    ///   - listeningKey: with which workers of other hosts are listened to; `nil` where none are.
    public init(
        board: TaskBoard, keeper: LocalWorkerKeeper, localKey: WorkerKey? = nil, pastLocalWorkers: [WorkerID] = [],
        listeningKey: String? = nil
    ) {
        self.board = board
        self.keeper = keeper
        self.localKey = localKey
        self.pastLocalWorkers = pastLocalWorkers
        keyHandover = listeningKey.map { KeyHandover(listening: $0, localKey: localKey) }
        tellWhoIsExpected()
    }

    /// Takes one event into the turn.
    public mutating func take(_ event: Event, at now: Instant) {
        precondition(!isComparing, "\(event) is taken before what came of the last turn's comparisons")
        switch event {
        case .messageArrived(let message, let worker, let connection):
            guard admit(worker, over: connection, at: now) else { return }
            if case .hello(let slots, let facts, _) = message {
                record(JoinedWorker(id: worker, facts: facts, slots: slots), by: connection.key, at: now)
            }
            if case .keyKept(let next) = message { keyHandover?.recordKeeping(of: next, by: connection.key) }
            draft.localWorker += keeper.handle(.spoke(worker), at: now)
            if hasEnded(worker) { draft.actions += board.handle(.workerVanished(worker), at: now) }
            tellWhoIsExpected()
            draft.actions += board.handle(.received(message, from: worker), at: now)
        case .strangerSpoke(let reason, let connection):
            refuse(connection, reason: reason)
        case .keysRead(let keys): draft.keys = keys
        case .occurred(let event):
            if case .received(let message, _) = event { preconditionFailure("\(message) came over no connection") }
            take(event, at: now)
        }
    }

    /// Ends the turn: time has passed, and everything that had arrived was taken before.
    ///
    /// - Parameter isMoreWaiting: perhaps it was not, and a word of a worker that seems to be silent is among the rest.
    public mutating func finishTurn(at now: Instant, isMoreWaiting: Bool = false) -> Turn<Connection> {
        dismissPastLocalWorkers(at: now)
        tellWhoIsExpected()
        draft.actions += board.handle(.timePassed, at: now) + board.endIfDone()
        for case .store(.recordCommitted(let key, _)) in draft.actions {
            draft.localWorker += keeper.handle(.progressed(board.owner(of: key)!), at: now)
        }
        if !isMoreWaiting { draft.localWorker += keeper.handle(.timePassed, at: now) }
        if let keys = draft.keys { draft.keySteps = keyHandover?.follow(keys, { peers.connections }, at: now) ?? [] }
        isComparing = draft.compares
        defer { draft = TurnDraft() }
        return draft.turn(peers)
    }

    /// Takes the results of the last turn's comparisons, before anything that arrived later: an execution is judged
    /// when it ends, by the comparisons of all its records.
    public mutating func learn(_ compared: [ComparedRecord], at now: Instant) {
        isComparing = false
        for record in compared { take(.recordCompared(record), at: now) }
    }

    /// The instant at which the next turn could do something though nothing arrives.
    public var nextDeadline: Instant? { [board.nextDeadline, keeper.nextDeadline].compactMap { $0 }.min() }

    /// The connections of all workers that have spoken, in the order of the workers' names.
    public var connections: [Connection] { peers.connections }

    /// The deliveries of a coordinator that ends at a fault, and so without a turn that ends the sweep: such a turn has
    /// them among its own.
    public var farewells: [Delivery<Connection>] { peers.farewells }

    // MARK: Events

    private mutating func take(_ event: TaskBoard.Event, at now: Instant) {
        switch event {
        case .requestArrived(let id, let request):
            let wasPaused = board.isPaused
            draft.requests[id] = request
            draft.actions += board.handle(event, at: now)
            if board.isPaused != wasPaused { draft.facts.append(.pauseChanged(isPaused: board.isPaused)) }
        case .workerVanished(let worker):
            draft.localWorker += keeper.handle(.ended(worker), at: now)
            draft.actions += board.handle(event, at: now)
        case .stopRequested:
            guard stopRequestedAt == nil else { return }
            stopRequestedAt = now
            draft.localWorker += keeper.handle(.stopRequested, at: now)
            draft.actions += board.handle(event, at: now)
        default:
            draft.actions += board.handle(event, at: now)
        }
    }

    /// A worker of another host that is the first to come is not the only one where this host's is about to.
    private mutating func tellWhoIsExpected() {
        let hasComeAlready = keeper.name.map { knownFacts[$0] != nil } ?? false
        board.expectWorker(of: keeper.isWorkerComing && !hasComeAlready ? localKey.map { .key($0) } : nil)
    }

    /// A name belongs to the key that speaks first under it, for ever: nobody is taken for another one. Whoever claims
    /// it later, or the name of a local worker, is told to take another one.
    private mutating func admit(_ worker: WorkerID, over connection: Connection, at now: Instant) -> Bool {
        let key = connection.key
        let owner = board.key(of: worker) ?? (worker.isLocal ? localKey : nil)
        guard owner == nil || owner == key else {
            let answer =
                otherName(than: worker, for: key).map { CoordinatorMessage.nameTaken(useInstead: $0) }
                ?? .refusal(reason: "no name is left for it")
            draft.refusals.append(.send(answer, to: connection))
            return false
        }
        if board.key(of: worker) == nil {
            guard nameBudget.take(by: key, at: now) else { return false }
            board.bind(worker, to: key)
            draft.facts.append(.nameBound(worker, to: key))
        }
        peers.enter(worker, over: connection)
        return true
    }

    /// The first name that is this key's, or nobody's: somebody may have taken the one that follows from the key, too.
    private func otherName(than worker: WorkerID, for key: WorkerKey) -> WorkerID? {
        var name = worker
        while true {
            let next = name.renamed(for: key)
            // As long as a name may be.
            guard next != name else { return nil }
            if board.key(of: next).map({ $0 == key }) ?? true { return next }
            name = next
        }
    }

    private mutating func refuse(_ connection: Connection, reason: String) {
        draft.refusals.append(.send(.refusal(reason: reason), to: connection))
    }

    /// The first facts of a name cost what the name cost. Facts that are not taken are taken later, should the worker
    /// still say them then.
    private mutating func record(_ worker: JoinedWorker, by key: WorkerKey, at now: Instant) {
        let known = knownFacts[worker.id]
        guard known != worker.facts, known == nil || factsBudget.take(by: key, at: now) else { return }
        knownFacts[worker.id] = worker.facts
        draft.facts.append(.workerSeen(worker))
    }

    /// Whether a worker is known to have ended, though words of it come yet: of this host's workers one is there at a
    /// time. Also one of which the journal has never heard may have spoken just before its end.
    private func hasEnded(_ worker: WorkerID) -> Bool {
        worker.isLocal && keeper.knowsWhoIsThere && worker != keeper.name
    }

    /// The board took local workers of earlier coordinators for workers that may still speak: those have ended.
    private mutating func dismissPastLocalWorkers(at now: Instant) {
        guard !pastLocalWorkers.isEmpty, keeper.knowsWhoIsThere else { return }
        for worker in pastLocalWorkers where hasEnded(worker) {
            draft.actions += board.handle(.workerVanished(worker), at: now)
        }
        pastLocalWorkers = []
    }
}

extension CoordinatorCore {
    public enum Event: Sendable {
        /// A message in the name of a worker.
        case messageArrived(WorkerMessage, from: WorkerID, over: Connection)
        /// Somebody spoke who cannot take part, such as another version of the program.
        case strangerSpoke(reason: String, over: Connection)
        /// The key store was read, and says this now. The last reading of a turn counts.
        case keysRead(StoredKeys)
        /// Anything else than a message. Of time that passes, `finishTurn` tells.
        case occurred(TaskBoard.Event)
    }
}
