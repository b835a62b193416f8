import Experiment

// The conversation with the coordinator.

extension WorkerSession {
    mutating func greet() -> [Action] {
        link = .greeting(now)
        return [.sendHello(running: order)]
    }

    mutating func follow(_ order: Order) -> [Action] {
        switch order {
        case .welcome(let heartbeat, let checkpointInterval):
            return enter(heartbeat: heartbeat, checkpointInterval: checkpointInterval)
        // While a hello is under way another would only be answered twice; `connected` follows when the link is down.
        case .whoAreYou: return link == .up ? greet() : []
        case .assignment(let key, let task, let label): return accept(key, task, from: label)
        case .recordStored(let key, let epoch):
            return forgetRecord(of: key, epoch: epoch)
        case .endStored(let key): return forget(key)
        case .stop(let key): return stop(key, because: .cancelled) + startWaiting()
        case .refusal(let reason): return stopAll(because: .preempted) + [.finish(.refused(reason: reason))]
        // One that outlived the coordinator which started it has served its purpose.
        case .farewell: return stopAll(because: .cancelled) + (lingerDeadline == nil ? [] : leave())
        case .checkpointWanted(let key, let epoch, let offset):
            return continueSending(key, epoch: epoch, from: offset)
        case .checkpointSettled(let key, let epoch): return settleCheckpoint(of: key, epoch: epoch)
        case .checkpointPiece(let key, let piece): return receive(piece, of: key)
        case .resumePoint(let key, let label): return changeResumePoint(of: key, to: label)
        }
    }

    private mutating func enter(heartbeat: Duration, checkpointInterval: Duration) -> [Action] {
        // A late welcome of a connection that is gone.
        guard link != .down else { return [] }
        link = .up
        heartbeatInterval = heartbeat
        self.checkpointInterval = checkpointInterval
        lastHeartbeat = now
        return (isLeaving ? [.sendGoodbye] : []) + resend(olderThan: .zero)
    }

    mutating func keepUp() -> [Action] {
        switch link {
        case .down:
            guard let lingerDeadline, now >= lingerDeadline else { return [] }
            return [.finish(.abandoned)]
        case .greeting(let said): return now - said >= policy.helloTimeout ? greet() : []
        case .up:
            let resent = resend(olderThan: policy.resend)
            guard now - lastHeartbeat >= heartbeatInterval else { return resent }
            lastHeartbeat = now
            return [.sendHeartbeat(running: order)] + resent
        }
    }

    private mutating func resend(olderThan age: Duration) -> [Action] {
        order.flatMap { key in
            let isDue = attempts[key]!.endSentAt.map { now - $0 >= age } ?? true
            return sendRecords(of: key, olderThan: age) + resendCheckpoint(of: key, olderThan: age)
                + (isDue ? endIfSettled(key) : [])
        }
    }

    private mutating func sendRecords(of key: AttemptKey, olderThan age: Duration) -> [Action] {
        attempts[key]!.unacknowledged.indices.compactMap { index in
            if let sentAt = attempts[key]!.unacknowledged[index].sentAt, now - sentAt < age { return nil }
            attempts[key]!.unacknowledged[index].sentAt = now
            return .sendRecord(key, attempts[key]!.unacknowledged[index].record)
        }
    }

    private mutating func forgetRecord(of key: AttemptKey, epoch: Int) -> [Action] {
        guard let index = attempts[key]?.unacknowledged.firstIndex(where: { $0.record.epoch == epoch }) else {
            return []
        }
        attempts[key]!.unacknowledged.remove(at: index)
        return sendCheckpointIfDue(key) + endIfSettled(key)
    }

    /// Sends the end of an attempt that is over, and of which the coordinator has all that there is.
    mutating func endIfSettled(_ key: AttemptKey) -> [Action] {
        guard link == .up, let state = attempts[key], state.unacknowledged.isEmpty, state.outbox.isEmpty,
            case .over(let end) = state.stage
        else { return [] }
        attempts[key]!.endSentAt = now
        return [.sendEnd(key, end)]
    }

    mutating func leave() -> [Action] {
        guard !isLeaving else { return [] }
        isLeaving = true
        let goodbye: [Action] = link == .up ? [.sendGoodbye] : []
        return goodbye + stopAll(because: .preempted) + finishIfSettled()
    }

    /// Ends a leaving worker that owes nothing. One that cannot reach a coordinator is ended by its caller's deadline.
    func finishIfSettled() -> [Action] {
        isLeaving && attempts.isEmpty ? [.finish(.left)] : []
    }
}
