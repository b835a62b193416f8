import Experiment

// The conversation with the coordinator.

extension WorkerSession {
    mutating func greet() -> [Action] {
        link = .greeting(now)
        return [.sendHello(running: order)]
    }

    mutating func follow(_ order: Order) -> [Action] {
        switch order {
        case .welcome(let heartbeat): return enter(heartbeat: heartbeat)
        case .whoAreYou: return greet()
        case .assignment(let key, let task): return accept(key, task)
        case .recordStored(let key, let epoch):
            attempts[key]?.unacknowledged.removeAll { $0.epoch == epoch }
            return endIfSettled(key)
        case .endStored(let key): return forget(key)
        case .stop(let key): return stop(key, because: .cancelled)
        case .refusal(let reason): return stopAll(because: .preempted) + [.finish(refusal: reason)]
        case .farewell: return stopAll(because: .cancelled)
        }
    }

    private mutating func enter(heartbeat: Duration) -> [Action] {
        link = .up
        heartbeatInterval = heartbeat
        lastHeartbeat = now
        return (isLeaving ? [.sendGoodbye] : []) + resend(olderThan: .zero)
    }

    mutating func keepUp() -> [Action] {
        switch link {
        case .down: return []
        case .greeting(let said): return now - said >= policy.helloTimeout ? greet() : []
        case .up:
            let resent = resend(olderThan: policy.resend)
            guard now - lastHeartbeat >= heartbeatInterval else { return resent }
            lastHeartbeat = now
            return [.sendHeartbeat(running: order)] + resent
        }
    }

    private mutating func resend(olderThan age: Duration) -> [Action] {
        order.flatMap { key -> [Action] in
            guard now - attempts[key]!.sentAt >= age else { return [] }
            return attempts[key]!.unacknowledged.isEmpty ? endIfSettled(key) : sendUnacknowledged(key)
        }
    }

    private mutating func sendUnacknowledged(_ key: AttemptKey) -> [Action] {
        attempts[key]!.sentAt = now
        return attempts[key]!.unacknowledged.map { .sendRecord(key, $0) }
    }

    /// Sends the end of an attempt that is over and has all its records acknowledged.
    mutating func endIfSettled(_ key: AttemptKey) -> [Action] {
        guard link == .up, let state = attempts[key], state.unacknowledged.isEmpty, case .over(let end) = state.stage
        else { return [] }
        attempts[key]!.sentAt = now
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
        isLeaving && attempts.isEmpty ? [.finish(refusal: nil)] : []
    }
}
