import Experiment
import Glibc
import Scheduling

// The worker of this host: carries out what the keeper decides, and tells it what came of that.

extension CoordinatorLoop {
    func tend(_ actions: [LocalWorkerKeeper.Action]) throws {
        for action in actions {
            switch action {
            case .look:
                let answer = core.takeAnswer(.found(localWorker.look()), at: now)
                reportFault("whether a worker of this host is at work already cannot be told")
                try tend(answer)
            case .start: try tend(startLocalWorker())
            case .takeOver(let worker):
                try localWorker.takeOver(worker)
                parts.log.info("the local worker is taken over", metadata: ["worker": "\(worker)"])
                parts.observer.tell(.localWorkerTakenOver(worker))
            case .dismiss(let worker):
                localWorker.send(signal: SIGTERM)
                parts.log.info(
                    "the local worker is dismissed",
                    metadata: ["worker": "\(worker)", "why": "it was started with other options or by another build"])
                parts.observer.tell(.localWorkerDismissed(worker))
            case .kill(let worker):
                localWorker.send(signal: SIGKILL)
                parts.log.warning("the local worker did not answer in time", metadata: ["worker": "\(worker)"])
                parts.observer.tell(.localWorkerKilled(worker))
            case .giveUp(let isSweepOver): try giveUpLocalWorker(isSweepOver)
            }
        }
    }

    private func startLocalWorker() -> [LocalWorkerKeeper.Action] {
        do {
            return core.takeAnswer(.started(try localWorker.start()), at: now)
        } catch {
            reportFault("the worker of this host cannot be started")
            return core.takeAnswer(.startFailed, at: now)
        }
    }

    /// - Parameter consequence: of the fault, if there is one.
    private func reportFault(_ consequence: String) {
        guard let fault = localWorker.fault else { return }
        parts.log.error(
            "the worker of this host has a fault, and is tried again",
            metadata: ["consequence": "\(consequence)", "why": "\(fault)"])
        parts.observer.tell(.localWorkerAtFault("\(consequence): \(fault)"))
    }

    private func giveUpLocalWorker(_ isSweepOver: Bool) throws {
        let reason = localWorker.fault ?? "it ended several times in a row; see \(parts.workerLog)"
        let message = "the worker of this host does not train: \(reason)"
        guard !isSweepOver else { throw CoordinatorError(message) }
        parts.observer.tell(.localWorkerGivenUp(message))
    }

    /// Lets every worker go that the last turn has not, and waits for the end of the one of this host.
    func dismissWorkers() {
        if ending == nil {
            for farewell in core.farewells { carryOut(farewell) }
        }
        let policy = core.localWorkerPolicy
        for (signal, patience) in [(SIGTERM, policy.farewellTimeout), (SIGKILL, policy.killTimeout)]
        where localWorker.isRunning {
            localWorker.send(signal: signal)
            waitForLocalWorker(until: .now + patience)
        }
    }

    private func waitForLocalWorker(until deadline: ContinuousClock.Instant) {
        while localWorker.isRunning, ContinuousClock.now < deadline { takeLastEvents(until: deadline) }
    }

    /// After the last turn: little of what happens matters then.
    func takeLastEvents(until deadline: ContinuousClock.Instant) {
        for event in parts.inbox.take(until: deadline) {
            switch event {
            case .localWorkerEnded: localWorker.forgetProcess()
            case .stopInsisted: isStopInsisted = true
            default: break
            }
        }
    }
}
