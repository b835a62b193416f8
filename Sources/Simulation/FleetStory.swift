import Experiment
import Scheduling

/// What happened, in lines for people. Only a run that is told again has one.
package struct FleetStory {
    private struct Line {
        let time: VirtualTime
        let tasks: [TaskID]
        let text: String
    }

    private var lines: [Line] = []
    private let numbers: [TaskID: Int]

    init(of tasks: [SweepTask]) {
        numbers = Dictionary(uniqueKeysWithValues: zip(tasks.map(\.id), 0...))
    }

    mutating func note(_ text: String, about keys: [AttemptKey] = [], at time: VirtualTime) {
        lines.append(Line(time: time, tasks: keys.map(\.task), text: text))
    }

    /// The last lines that concern the task or the whole fleet.
    func text(of task: TaskID?, lineCount: Int = 60) -> String {
        let chosen = lines.filter { $0.tasks.isEmpty || task == nil || $0.tasks.contains(task!) }.suffix(lineCount)
        return chosen.map { line in
            let seconds = Double(line.time.milliseconds) / 1000
            return "\(seconds) s  \(line.text)"
        }.joined(separator: "\n")
    }

    private mutating func note(_ task: TaskID, _ text: String, at time: VirtualTime) {
        lines.append(Line(time: time, tasks: [task], text: "task \(numbers[task] ?? -1): \(text)"))
    }

    func name(_ key: AttemptKey) -> String { "task \(numbers[key.task] ?? -1) attempt \(key.attempt.rawValue)" }

    func names(_ keys: [AttemptKey]) -> String { keys.map(name).joined(separator: ", ") }
}

extension FleetStory {
    mutating func note(_ event: TaskBoard.Event, at time: VirtualTime) {
        switch event {
        case .helloArrived(let worker, _, _, let running):
            note("coordinator hears \(worker): hello, running [\(names(running))]", about: running, at: time)
        case .heartbeatArrived(let worker, let running, _):
            guard !running.isEmpty else { return }
            note("coordinator hears \(worker): heartbeat, running [\(names(running))]", about: running, at: time)
        case .recordArrived(let worker, let key, let record):
            note("coordinator hears \(worker): \(name(key)) epoch \(record.epoch)", about: [key], at: time)
        case .endArrived(let worker, let key, let end, let state):
            let place = state.map { ", its state of epoch \($0.epoch) follows" } ?? ""
            note("coordinator hears \(worker): \(name(key)) \(end.outcome)\(place)", about: [key], at: time)
        case .checkpointPieceArrived(let worker, let key, let piece):
            let text = "checkpoint of epoch \(piece.label.epoch) from byte \(piece.offset)"
            note("coordinator hears \(worker): \(name(key)) \(text)", about: [key], at: time)
        case .checkpointRequested(let worker, let key, let epoch, let offset, _):
            let text = "wants the checkpoint of epoch \(epoch) from byte \(offset)"
            note("coordinator hears \(worker): \(name(key)) \(text)", about: [key], at: time)
        case .checkpointSaved(let key, let label):
            note("\(name(key)): checkpoint of epoch \(label.epoch) is saved", about: [key], at: time)
        case .checkpointNotSaved(let key, let label):
            note("\(name(key)): checkpoint of epoch \(label.epoch) is not saved", about: [key], at: time)
        case .checkpointUnreadable(let task, let label):
            note(task, "checkpoint of epoch \(label.epoch) cannot be read", at: time)
        case .goodbyeArrived(let worker): note("coordinator hears \(worker): goodbye", at: time)
        case .workerVanished(let worker): note("coordinator learns that \(worker) is dead", at: time)
        case .requestArrived(_, let request): note("asked for: \(request)", at: time)
        case .timePassed: break
        case .stopRequested: note("stop requested", at: time)
        case .stopInsisted: note("stop requested a second time", at: time)
        }
    }

    mutating func note(_ action: TaskBoard.Action, at time: VirtualTime) {
        switch action {
        case .storeAttemptStarted(let key, let worker, _):
            note("  stores \(name(key)) on \(worker)", about: [key], at: time)
        case .storeAttemptReopened(let key): note("  stores \(name(key)) reopened", about: [key], at: time)
        case .storeRecord(let key, let record):
            note("  stores \(name(key)) epoch \(record.epoch)", about: [key], at: time)
        case .storeAttemptEnded(let key, let end):
            note("  stores \(name(key)) \(end.outcome), \(end.reason)", about: [key], at: time)
        case .storeTaskFailed(let task, let reason):
            note(task, "  stores its failure: \(reason)", at: time)
        case .storeTaskReopened(let task): note(task, "  stores another chance", at: time)
        case .compareRecord(let key, let record):
            note("  compares \(name(key)) epoch \(record.epoch)", about: [key], at: time)
        case .sendWelcome, .sendWhoAreYou, .sendHeartbeatHeard: break
        case .sendAssignment(let worker, let key, _, let label):
            let place = label.map { ", to go on after epoch \($0.epoch)" } ?? ""
            note("  assigns \(name(key)) to \(worker)\(place)", about: [key], at: time)
        case .sendRecordStored(let worker, let key, let epoch):
            note("  tells \(worker) that \(name(key)) epoch \(epoch) is stored", about: [key], at: time)
        case .sendEndStored(let worker, let key):
            note("  tells \(worker) to forget \(name(key))", about: [key], at: time)
        case .sendStop(let worker, let key): note("  tells \(worker) to stop \(name(key))", about: [key], at: time)
        case .keepCheckpointPiece, .sendCheckpointPiece, .sendCheckpointWanted, .dropCheckpointPieces: break
        case .deleteCheckpoint(let task, let label):
            note(task, "  deletes the checkpoint of epoch \(label.epoch)", at: time)
        case .sendCheckpointSettled(let worker, let key, let epoch):
            note("  tells \(worker) to forget \(name(key)) checkpoint \(epoch)", about: [key], at: time)
        case .sendResumePoint(let worker, let key, let label):
            let place = label.map { "after epoch \($0.epoch)" } ?? "at the beginning"
            note("  tells \(worker) to begin \(name(key)) \(place)", about: [key], at: time)
        case .noteRejected(_, let key, let reason): note("  rejects \(name(key)): \(reason)", about: [key], at: time)
        case .sendAnswer(_, let answer): note("  answers: \(answer)", at: time)
        case .noteLost(let worker, let reason): note("  lost \(worker): \(reason)", at: time)
        case .noteQuarantined(let worker): note("  quarantines \(worker)", at: time)
        case .end(let ending): note("  ends: \(ending)", at: time)
        }
    }

    mutating func note(_ action: WorkerSession.Action, by worker: WorkerID, at time: VirtualTime) {
        switch action {
        case .sendHello(let running): note("\(worker) says hello [\(names(running))]", about: running, at: time)
        case .sendHeartbeat: break
        case .sendRecord(let key, let record):
            note("\(worker) sends \(name(key)) epoch \(record.epoch)", about: [key], at: time)
        case .sendEnd(let key, let end, _): note("\(worker) sends \(name(key)) \(end.outcome)", about: [key], at: time)
        case .sendGoodbye: note("\(worker) says goodbye", at: time)
        case .sendCheckpointPiece(let key, let piece):
            let text = "checkpoint of epoch \(piece.label.epoch) from byte \(piece.offset)"
            note("\(worker) sends \(name(key)) \(text)", about: [key], at: time)
        case .sendCheckpointRequest(let key, let epoch, let offset, _):
            note("\(worker) asks for checkpoint \(epoch) from byte \(offset)", about: [key], at: time)
        case .startTrainer(let key, _, let slot, let checkpoint):
            let place = checkpoint.map { " after epoch \($0.label.epoch)" } ?? ""
            note("\(worker) starts \(name(key)) in slot \(slot)\(place)", about: [key], at: time)
        case .stopTrainer(let key, let slot):
            note("\(worker) stops \(name(key)) in slot \(slot)", about: [key], at: time)
        case .finish: note("\(worker) is finished", at: time)
        }
    }
}
