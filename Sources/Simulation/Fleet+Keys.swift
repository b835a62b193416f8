import Scheduling

// The coordinator's key changes while workers work: whoever knows the next one comes back, and nobody else does.

extension Fleet {
    private var wallClock: Int { now.milliseconds + wallClockOffset }

    /// Somebody says `sweep keys rotate`. The key is made, and stored a while later, or never.
    mutating func rotateKey() {
        // Without the local worker's key the bug would show itself here first.
        guard !keyStore.isChanging, plan.bug != .localNameGivenAway else { return }
        addToStory("the coordinator's key is to change")
        keyStore.makeNext(due: wallClock + 1000 * random.integer(1...60))
        agenda.enter(.nextKeyIsStored, at: now + random.time(.milliseconds(0)...(.seconds(3))))
        agenda.enter(.coordinatorLooksAtKeys(incarnation: incarnation), at: now)
    }

    mutating func storeNextKey() {
        let isStored = !random.chance(0.1)
        addToStory(isStored ? "the next key is stored" : "whoever made the next key died")
        keyStore.settle(isStored: isStored)
    }

    /// A coordinator looks, and sees something new while its key changes.
    mutating func lookAtKeys() {
        guard coordinator != nil, keyStore.isChanging || coordinator!.listeningKey != keyStore.present else { return }
        agenda.enter(.coordinatorLooksAtKeys(incarnation: incarnation), at: now + .seconds(1))
        coordinator!.isKeyLookDue = true
        planTurn()
    }

    /// What the coordinator reads in this turn; `nil` where it does not look.
    mutating func takeKeyReading() -> StoredKeys? {
        guard coordinator!.isKeyLookDue else { return nil }
        coordinator!.isKeyLookDue = false
        return plan.bug == .nextKeyToldTooEarly
            ? keyStore.storedTooEarly(at: wallClock) : keyStore.stored(at: wallClock)
    }

    mutating func carryOut(_ step: KeyStep) {
        switch step {
        case .announce: break
        case .finish: keyStore.finishRotation(at: wallClock)
        case .listen:
            summary.count("key of the coordinator changed")
            addToStory("the coordinator listens with another key")
            coordinator!.listeningKey = keyStore.present
            // The socket of its own host keeps its key.
            for index in workers.indices where !workers[index].isLocal {
                disconnect(FleetWorker.Index(rawValue: index))
            }
        }
    }

    /// Nobody is told of a key that a crash could take away, and the worker of the own host of none.
    func checkTold(_ key: String, over connection: FleetConnection) throws(FleetViolation) {
        guard keyStore.has(key) else { throw FleetViolation(description: "\(key) is told of, and is not stored") }
        guard connection.key != .coordinatorHost else {
            throw FleetViolation(description: "the worker of the coordinator's host is told of \(key)")
        }
    }

    // MARK: Workers

    /// The worker's shell has to keep the key. What its disk does not take lasts as long as the process.
    mutating func keep(_ key: String, at index: FleetWorker.Index) {
        let present = workers[index.rawValue].trustedKeys[0]
        if key != present { workers[index.rawValue].trustedKeys = [present, key] }
        let isKept = !isFaulty || !random.chance(0.2)
        if isKept {
            workers[index.rawValue].keptKeys.insert(key)
        } else {
            summary.count("next key not kept")
        }
        if isKept || plan.bug == .keySaidKeptTooEarly { follow(.keyWasKept(key), at: index) }
    }

    func checkKept(_ key: String, at index: FleetWorker.Index) throws(FleetViolation) {
        let worker = workers[index.rawValue]
        guard worker.keptKeys.contains(key) else {
            throw FleetViolation(description: "\(worker.id) says that it keeps \(key), and does not")
        }
    }

    /// Whether the worker knows the coordinator by the key with which that listens.
    func knowsCoordinator(_ index: FleetWorker.Index) -> Bool {
        let worker = workers[index.rawValue]
        let listening = FleetKeyStore.text(coordinator?.listeningKey ?? keyStore.present)
        return worker.isLocal || worker.trustedKeys.contains(listening)
    }

    /// A worker that has found the coordinator forgets the key before.
    mutating func forgetFormerKey(at index: FleetWorker.Index) {
        guard !workers[index.rawValue].isLocal, let listening = coordinator?.listeningKey else { return }
        let key = FleetKeyStore.text(listening)
        guard let place = workers[index.rawValue].trustedKeys.firstIndex(of: key), place > 0 else { return }
        workers[index.rawValue].trustedKeys = [key]
        workers[index.rawValue].keptKeys.insert(key)
    }
}
