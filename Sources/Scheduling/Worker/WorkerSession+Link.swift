import Experiment
import Messages

// The conversation with the coordinator.

extension WorkerSession {
    mutating func greet() -> [WorkerAction] {
        link = .greeting(now)
        return [.send(.hello(slots: slots, facts: facts, running: order))]
    }

    mutating func follow(_ message: CoordinatorMessage) -> [WorkerAction] {
        switch message {
        case .welcome(_, let heartbeat, let checkpointInterval):
            return enter(heartbeat: heartbeat, checkpointInterval: checkpointInterval)
        // While a hello is under way another would only be answered twice; `connected` follows when the link is down.
        case .whoAreYou: return link == .up ? greet() : []
        case .assignment(let key, let task, let label): return accept(key, task, from: label)
        case .recordStored(let key, let epoch):
            return forgetRecord(of: key, epoch: epoch)
        case .endStored(let key): return forget(key)
        case .stop(let key): return stop(key, because: .cancelled) + startWaiting()
        case .refusal(let reason): return stopAll(because: .preempted) + [.finish(.refused(reason: reason))]
        case .nameTaken(let name): return link == .down ? [] : [.rename(name)] + greet()
        // A worker that outlived the coordinator which started it has served its purpose.
        case .farewell: return stopAll(because: .cancelled) + (lingerDeadline == nil ? [] : leave())
        case .checkpointWanted(let key, let epoch, let offset):
            return continueSending(key, epoch: epoch, from: offset)
        case .checkpointSettled(let key, let epoch): return settleCheckpoint(of: key, epoch: epoch)
        case .checkpointPiece(let key, let piece): return receive(piece, of: key)
        case .resumePoint(let key, let label): return changeResumePoint(of: key, to: label)
        case .nextKey(let key, let time):
            return link != .down && keyAllowance.take(at: now) ? [.keepKey(key, presentEndsIn: time)] : []
        case .heartbeatHeard(let number): return link == .up ? sendAgain(ifSentBefore: number) : []
        }
    }

    private mutating func enter(heartbeat: Duration, checkpointInterval: Duration) -> [WorkerAction] {
        // A late welcome of a connection that is gone.
        guard link != .down else { return [] }
        // A repeated hello has a second welcome.
        let isNew = link != .up
        link = .up
        heartbeatInterval = heartbeat
        self.checkpointInterval = checkpointInterval
        lastHeartbeat = now
        guard isNew else { return [] }
        uplinkPiece.forget()
        downlinkPiece.forget()
        return (isLeaving ? [.send(.goodbye)] : []) + sendAgain(ifSentBefore: .max)
    }

    mutating func keepUp() -> [WorkerAction] {
        if let leaveDeadline, now >= leaveDeadline { return [.finish(.left)] }
        switch link {
        case .down:
            guard let lingerDeadline, now >= lingerDeadline else { return [] }
            return [.finish(.abandoned)]
        case .greeting(let said): return now - said >= policy.helloTimeout ? greet() : []
        case .up:
            let due = sendNextCheckpoint()
            guard now - lastHeartbeat >= heartbeatInterval else { return due }
            lastHeartbeat = now
            return due + [.send(.heartbeat(running: order, number: takeNumber()))]
        }
    }

    /// Only a worker that waits for answers asks for one: idle fleets send no more than they must.
    private mutating func takeNumber() -> Int? {
        let isWaiting = attempts.values.contains {
            !$0.unacknowledged.isEmpty || $0.endSentBefore != nil
        }
        guard isWaiting || outbox.sending != nil || askedPiece != nil else { return nil }
        defer { nextNumber += 1 }
        return nextNumber
    }

    /// Sends again everything that was sent before the heartbeat of that number and is not answered yet, records first.
    private mutating func sendAgain(ifSentBefore number: Int) -> [WorkerAction] {
        order.flatMap { key in
            sendRecords(of: key, ifSentBefore: number)
                + (attempts[key]!.endSentBefore ?? 0 <= number ? endIfSettled(key) : [])
        } + sendPieceAgain(ifSentBefore: number) + askForPiece(ifAskedBefore: number)
    }

    private mutating func sendRecords(of key: AttemptKey, ifSentBefore number: Int) -> [WorkerAction] {
        attempts[key]!.unacknowledged.indices.compactMap { index in
            guard attempts[key]!.unacknowledged[index].sentBefore ?? 0 <= number else { return nil }
            attempts[key]!.unacknowledged[index].sentBefore = nextNumber
            return .send(.record(key, attempts[key]!.unacknowledged[index].record))
        }
    }

    private mutating func forgetRecord(of key: AttemptKey, epoch: Int) -> [WorkerAction] {
        guard let index = attempts[key]?.unacknowledged.firstIndex(where: { $0.record.epoch == epoch }) else {
            return []
        }
        attempts[key]!.unacknowledged.remove(at: index)
        movedAt = now
        return endIfSettled(key) + sendNextCheckpoint()
    }

    /// Sends the end of an attempt that is over, and of which the coordinator has every record. Its state follows.
    mutating func endIfSettled(_ key: AttemptKey) -> [WorkerAction] {
        guard link == .up, let state = attempts[key], state.unacknowledged.isEmpty, case .over(let end) = state.stage
        else { return [] }
        attempts[key]!.endSentBefore = nextNumber
        return [.send(.ended(key, end, state: outbox.newestLabel(of: key)))]
    }
}
