import Experiment
import Logging
import Messages
import Transport
import Wire

// From the start until the worker's key is admitted, and after it.

extension AgentHost {
    /// Joins the coordinator and works until the worker's work is over.
    ///
    /// - Throws: why it cannot take part.
    func work() throws {
        let endpoint = configuration.token.endpoint
        log.notice(
            "waiting for the coordinator", metadata: ["endpoint": "\(endpoint)", "slots": "\(configuration.slots)"])
        var mustEnrol = keys.isNew
        while true {
            if mustEnrol {
                guard try enrol() else { return }
            }
            try connect()
            defer { disconnect() }
            let loop = AgentLoop(
                configuration, facts: facts, surroundings: self, log: log, canEnrol: keys.mayBeUnknown)
            if try loop.run() == .left { return }
            mustEnrol = true
        }
    }

    /// Asks to be let in. `false` where the worker was told to leave meanwhile.
    private func enrol() throws -> Bool {
        var enrolment = EnrolmentSession(at: configuration.token.endpoint, key: KeyDigest(of: keys.keys.publicKey))
        // Its events are of a kind of their own: what is left of this connection says nothing about the next one.
        let dealer = Dealer(
            token: configuration.token, trusting: keys.trusted, inlet: inbox.inlet { .enrolment($0) }, logger: log)
        try dealer.start()
        defer { dealer.stop(flushing: .zero) }
        var isAdmitted = false
        while !isAdmitted {
            for event in inbox.take(until: enrolment.nextDeadline ?? .now + .seconds(60)) {
                switch event {
                case .enrolment(let event) where !isAdmitted:
                    isAdmitted = try carryOut(try steps(after: event, &enrolment), over: dealer)
                // Wins, whatever came with it.
                case .occurred(.leaveRequested), .occurred(.leaveInsisted): return false
                default: break
                }
            }
            if !isAdmitted { isAdmitted = try carryOut(enrolment.passTime(at: .now), over: dealer) }
        }
        return true
    }

    private func steps(after event: DealerEvent, _ enrolment: inout EnrolmentSession) throws -> [EnrolmentSession.Step]
    {
        switch event {
        case .connected: return enrolment.connect(at: .now)
        case .disconnected: enrolment.disconnect()
        case .message(let bytes): return enrolment.receive(bytes)
        case .refused(let reason):
            let endpoint = configuration.token.endpoint
            try RefusedConnection(reason, at: endpoint, hasJoined: false, isOrphaned: false).carryOut(at: endpoint, log)
        case .unreachable(let trouble): log.warnOfTrouble("\(trouble)", at: configuration.token.endpoint)
        }
        return []
    }

    /// `true` when the key is admitted.
    private func carryOut(_ steps: [EnrolmentSession.Step], over dealer: Dealer) throws(WorkerError) -> Bool {
        for step in steps {
            switch step {
            // A request that is lost with its connection is made again over the next one.
            case .ask: _ = dealer.send(EnrolmentRequest(publicKey: keys.keys.publicKey.text).encoded())
            case .say(let line): log.notice("\(line)")
            case .join:
                keys.recordAdmission()
                return true
            case .joinWithToken:
                keys.useToken(log: log)
                return true
            case .giveUp(let error): throw error
            }
        }
        return false
    }
}
