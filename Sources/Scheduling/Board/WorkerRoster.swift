import Experiment

/// The workers that a board knows, the key of each name, and what follows from both: who can be given something now,
/// and which keys have workers that take tasks.
///
/// States are changed through the subscript and keys through `bind`, and nowhere else; both keep in step what follows.
/// Therefore a decision that follows from a message looks at a few workers, however many there are.
struct WorkerRoster: Sendable {
    /// For what people see and what tests check. Decisions use what is kept in step, or `lookAtAll`.
    private(set) var states: [WorkerID: TaskBoard.WorkerState] = [:]
    /// The key of each name that was ever heard, also of workers that are gone.
    private(set) var keys: [WorkerID: WorkerKey]
    private var free = FreeWorkers()
    /// How many workers of each key take tasks when they have room. A key without such workers has no entry.
    private var takerCounts: [WorkerIdentity: Int] = [:]
    /// How often a key came to be, or ceased to be, one with such workers.
    private(set) var takerChangeCount = 0
    /// How many workers are live or expected: those that can be given something now or later.
    private var hopefulCount = 0
    private var quarantinedCount = 0
    private var scanLookCount = 0

    init(keys: [WorkerID: WorkerKey] = [:]) {
        self.keys = keys
    }

    /// `nil` where the worker is not known.
    subscript(worker: WorkerID) -> TaskBoard.WorkerState? {
        get { states[worker] }
        _modify {
            let before = states[worker].map(Position.init)
            defer { move(worker, from: before, to: states[worker].map(Position.init)) }
            yield &states[worker]
        }
    }

    // MARK: Keys

    func identity(of worker: WorkerID) -> WorkerIdentity { keys[worker].map(WorkerIdentity.key) ?? .name(worker) }

    /// From now on the name is this key's. It cannot become another one's.
    mutating func bind(_ worker: WorkerID, to key: WorkerKey) {
        precondition(keys[worker] ?? key == key, "\(worker) belongs to another key")
        let position = states[worker].map(Position.init)
        move(worker, from: position, to: nil)
        keys[worker] = key
        move(worker, from: nil, to: position)
    }

    // MARK: What follows

    /// The worker that gets the next task: the emptiest one, and of several the first by name.
    ///
    /// - Parameter barred: workers of these keys are passed over.
    mutating func firstFree(except barred: Set<WorkerIdentity> = []) -> WorkerID? { free.first(except: barred) }

    /// The worker of this key that gets its next audit; `nil` where none has a free slot.
    mutating func firstFree(of identity: WorkerIdentity) -> WorkerID? { free.first(of: identity) }

    /// The keys of workers that can be given something now.
    var freeIdentities: some Collection<WorkerIdentity> { free.identities }

    var freeIdentityCount: Int { free.identities.count }

    func isFree(_ identity: WorkerIdentity) -> Bool { free.contains(identity) }

    /// The keys of workers that take tasks when they have room, in no order.
    var takers: [WorkerIdentity] { Array(takerCounts.keys) }

    func hasTaker(of identity: WorkerIdentity) -> Bool { takerCounts[identity] != nil }

    /// Whether a worker takes tasks under a key that is none of these.
    func hasTaker(except identities: some Collection<WorkerIdentity>) -> Bool {
        takerCounts.count > Set(identities).count { takerCounts[$0] != nil }
    }

    /// Whether there are quarantined workers and none that are live or expected.
    var isStalled: Bool { hopefulCount == 0 && quarantinedCount > 0 }

    /// Every worker, for what happens too seldom to be worth an index. Counts as a look at each of them.
    mutating func lookAtAll() -> [WorkerID: TaskBoard.WorkerState] {
        scanLookCount += states.count
        return states
    }

    /// How many workers were looked at so far to decide something.
    var lookCount: Int { free.lookCount + scanLookCount }

    // MARK: Keeping in step

    /// All of a worker's state that something follows from.
    private struct Position: Equatable {
        let isHopeful: Bool
        let isQuarantined: Bool
        let takesTasks: Bool
        /// 0 where it takes no tasks.
        let usableSlots: Int

        init(of state: TaskBoard.WorkerState) {
            isHopeful = state.standing == .live || state.standing == .expected
            isQuarantined = state.standing == .quarantined
            takesTasks = state.takesTasks
            usableSlots = state.isFree ? state.freeSlots : 0
        }
    }

    /// - Parameters:
    ///   - before: `nil` for a worker that comes.
    ///   - after: `nil` for a worker that goes.
    private mutating func move(_ worker: WorkerID, from before: Position?, to after: Position?) {
        guard before != after else { return }
        let identity = identity(of: worker)
        let took = before?.takesTasks ?? false, takes = after?.takesTasks ?? false
        if took != takes { changeTakers(of: identity, by: takes ? 1 : -1) }
        if let before {
            count(before, -1)
            if before.usableSlots > 0 { free.remove(worker, of: identity, slots: before.usableSlots) }
        }
        if let after {
            count(after, 1)
            if after.usableSlots > 0 { free.insert(worker, of: identity, slots: after.usableSlots) }
        }
    }

    private mutating func count(_ position: Position, _ change: Int) {
        if position.isHopeful { hopefulCount += change }
        if position.isQuarantined { quarantinedCount += change }
    }

    private mutating func changeTakers(of identity: WorkerIdentity, by change: Int) {
        let count = takerCounts[identity, default: 0] + change
        if count == 0 || takerCounts[identity] == nil { takerChangeCount += 1 }
        takerCounts[identity] = count == 0 ? nil : count
    }
}

extension WorkerRoster {
    /// `nil` where everything that is kept in step is what the states and the keys say.
    func firstBrokenInvariant() -> String? {
        let freeStates = states.filter(\.value.isFree)
        let stranger = freeStates.first {
            !free.contains($0.key, of: identity(of: $0.key), slots: $0.value.freeSlots)
        }
        if let stranger { return "\(stranger.key) is free, and is not among the free" }
        guard free.count == freeStates.count else { return "\(free.count) are free, not \(freeStates.count)" }
        let counts = states.filter(\.value.takesTasks).keys.reduce(into: [:]) { $0[identity(of: $1), default: 0] += 1 }
        guard takerCounts == counts else { return "\(takerCounts) take tasks, not \(counts)" }
        let standings = states.values.map(\.standing)
        guard hopefulCount == standings.count(where: { $0 == .live || $0 == .expected }),
            quarantinedCount == standings.count(where: { $0 == .quarantined })
        else { return "\(hopefulCount) can work, \(quarantinedCount) are quarantined, of \(standings)" }
        return free.firstBrokenInvariant()
    }
}
