import Experiment
import Messages
import Scheduling

/// The events of a run, in lines for people. Only a run that is told again has a story.
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

    mutating func add(_ text: String, about keys: [AttemptKey] = [], at time: VirtualTime) {
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

    private mutating func add(_ task: TaskID, _ text: String, at time: VirtualTime) {
        lines.append(Line(time: time, tasks: [task], text: "task \(numbers[task] ?? -1): \(text)"))
    }

    func name(_ key: AttemptKey) -> String { "task \(numbers[key.task] ?? -1) attempt \(key.attempt.rawValue)" }

    func names(_ keys: [AttemptKey]) -> String { keys.map(name).joined(separator: ", ") }
}

extension FleetStory {
    mutating func add(_ event: TaskBoard.Event, at time: VirtualTime) {
        switch event {
        case .received(let message, let worker): add(message, heardOf: worker, at: time)
        case .checkpointSaved(let key, let label):
            add("\(name(key)): checkpoint of epoch \(label.epoch) is saved", about: [key], at: time)
        case .checkpointNotSaved(let key, let label):
            add("\(name(key)): checkpoint of epoch \(label.epoch) is not saved", about: [key], at: time)
        case .checkpointForged(let key, let label):
            add("\(name(key)): checkpoint of epoch \(label.epoch) has other bytes", about: [key], at: time)
        case .checkpointUnreadable(let task, let label):
            add(task, "checkpoint of epoch \(label.epoch) cannot be read", at: time)
        case .workerVanished(let worker): add("coordinator learns that \(worker) is dead", at: time)
        case .keyEnded(let key): add("coordinator learns that the key \(key) is worth nothing any more", at: time)
        case .recordCompared: break
        case .requestArrived(_, let request): add("asked for: \(request)", at: time)
        case .timePassed: break
        case .stopRequested: add("stop requested", at: time)
        case .stopInsisted: add("stop requested a second time", at: time)
        }
    }

    private mutating func add(_ message: WorkerMessage, heardOf worker: WorkerID, at time: VirtualTime) {
        switch message {
        case .hello(_, _, let running):
            add("coordinator hears \(worker): hello, running [\(names(running))]", about: running, at: time)
        case .heartbeat(let running, _):
            guard !running.isEmpty else { return }
            add("coordinator hears \(worker): heartbeat, running [\(names(running))]", about: running, at: time)
        case .record(let key, let record):
            add("coordinator hears \(worker): \(name(key)) epoch \(record.epoch)", about: [key], at: time)
        case .ended(let key, let end, let state):
            let place = state.map { ", its state of epoch \($0.epoch) follows" } ?? ""
            add("coordinator hears \(worker): \(name(key)) \(end.outcome)\(place)", about: [key], at: time)
        case .checkpointPiece(let key, let piece):
            let text = "checkpoint of epoch \(piece.label.epoch) from byte \(piece.offset)"
            add("coordinator hears \(worker): \(name(key)) \(text)", about: [key], at: time)
        case .checkpointRequest(let key, let epoch, let offset, _):
            let text = "wants the checkpoint of epoch \(epoch) from byte \(offset)"
            add("coordinator hears \(worker): \(name(key)) \(text)", about: [key], at: time)
        case .goodbye: add("coordinator hears \(worker): goodbye", at: time)
        case .keyKept: add("coordinator hears \(worker): it keeps the next key", at: time)
        }
    }

    mutating func add(_ fact: StoredFact, at time: VirtualTime) {
        switch fact {
        case .task(let fact): add(fact, at: time)
        case .nameBound(let worker, let key): add("  stores that \(worker) is \(key)", at: time)
        case .workerSeen(let worker): add("  stores that \(worker.id) has \(worker.slots) slots", at: time)
        case .pauseChanged(let isPaused): add("  stores \(isPaused ? "a pause" : "the end of a pause")", at: time)
        case .recordDiffered(let comparison):
            let text = "  stores that epoch \(comparison.record.epoch) of \(name(comparison.attempt)) differs"
            add(text, about: [comparison.attempt], at: time)
        case .recordConfirmed(let comparison):
            let text = "  stores that epoch \(comparison.record.epoch) of \(name(comparison.attempt)) is the same"
            add(text, about: [comparison.attempt], at: time)
        }
    }

    private mutating func add(_ fact: TaskFact, at time: VirtualTime) {
        switch fact {
        case .attemptStarted(let key, let worker, _):
            add("  stores \(name(key)) on \(worker)", about: [key], at: time)
        case .attemptReopened(let key): add("  stores \(name(key)) reopened", about: [key], at: time)
        case .recordCommitted(let key, let record):
            add("  stores \(name(key)) epoch \(record.epoch)", about: [key], at: time)
        case .attemptEnded(let key, let end):
            add("  stores \(name(key)) \(end.outcome), \(end.reason)", about: [key], at: time)
        case .taskFailed(let task, let failure):
            add(task, "  stores its failure: \(failure.text)", at: time)
        case .taskReopened(let task): add(task, "  stores another chance", at: time)
        case .attemptResumed(let key, let origin):
            let text =
                origin.map { "after epoch \($0.epoch), by attempt \($0.author?.rawValue ?? 0)" } ?? "from nothing"
            add("  stores that \(name(key)) goes on \(text)", about: [key], at: time)
        case .checkpointKept(let key, let label):
            add("  stores whose checkpoint \(label.epoch) is: \(name(key))'s", about: [key], at: time)
        case .checkpointBlamed(let key, _): add("  blames the checkpoint of \(name(key))", about: [key], at: time)
        case .recordsReplaced(let key, let reason):
            add("  replaces the records by those of \(name(key)): \(reason)", about: [key], at: time)
        case .keyJudged(let judgement): add("  stores that \(judgement.key) is \(judgement.verdict)", at: time)
        }
    }

    mutating func add(_ action: TaskBoard.Action, at time: VirtualTime) {
        switch action {
        case .store(let fact): add(fact, at: time)
        case .compareRecord(let key, let record, _):
            add("  compares \(name(key)) epoch \(record.epoch)", about: [key], at: time)
        case .send(let message, let worker): add(message, toldTo: worker, at: time)
        case .sendCheckpointPiece, .changeFiles(.keep), .changeFiles(.dropPieces): break
        case .changeFiles(.delete(let label, of: let task)):
            add(task, "  deletes the checkpoint of epoch \(label.epoch)", at: time)
        case .reportRejected(_, let key, let reason): add("  rejects \(name(key)): \(reason)", about: [key], at: time)
        case .sendAnswer(_, let answer): add("  answers: \(answer)", at: time)
        case .reportLost(let worker, let reason): add("  lost \(worker): \(reason)", at: time)
        case .reportQuarantined(let worker): add("  quarantines \(worker)", at: time)
        case .reportForgedCheckpoint(let worker, let key):
            add("  says that \(worker) forged a checkpoint of \(name(key))", about: [key], at: time)
        case .reportLiar(let liar): add("  names a liar: \(liar.text)", at: time)
        case .end(let ending): add("  ends: \(ending)", at: time)
        }
    }

    private mutating func add(_ message: CoordinatorMessage, toldTo worker: WorkerID, at time: VirtualTime) {
        switch message {
        case .assignment(let key, _, let label):
            let place = label.map { ", to go on after epoch \($0.epoch)" } ?? ""
            add("  assigns \(name(key)) to \(worker)\(place)", about: [key], at: time)
        case .recordStored(let key, let epoch):
            add("  tells \(worker) that \(name(key)) epoch \(epoch) is stored", about: [key], at: time)
        case .endStored(let key):
            add("  tells \(worker) to forget \(name(key))", about: [key], at: time)
        case .stop(let key): add("  tells \(worker) to stop \(name(key))", about: [key], at: time)
        case .checkpointSettled(let key, let epoch):
            add("  tells \(worker) to forget \(name(key)) checkpoint \(epoch)", about: [key], at: time)
        case .resumePoint(let key, let label):
            let place = label.map { "after epoch \($0.epoch)" } ?? "at the beginning"
            add("  tells \(worker) to begin \(name(key)) \(place)", about: [key], at: time)
        case .welcome, .whoAreYou, .heartbeatHeard, .checkpointWanted, .checkpointPiece, .nameTaken, .refusal,
            .farewell, .nextKey:
            break
        }
    }

    mutating func add(_ action: WorkerAction, by worker: WorkerID, at time: VirtualTime) {
        switch action {
        case .send(let message): add(message, saidBy: worker, at: time)
        case .loadImages(let name): add("\(worker) reads the images of \(name.rawValue)", at: time)
        case .startTrainer(let start):
            let place = start.checkpoint.map { " after epoch \($0.label.epoch)" } ?? ""
            add("\(worker) starts \(name(start.key)) in slot \(start.slot)\(place)", about: [start.key], at: time)
        case .stopTrainer(let key): add("\(worker) stops \(name(key))", about: [key], at: time)
        case .reportUnfit(let key, let fault):
            add("\(worker) cannot train \(name(key)): \(fault)", about: [key], at: time)
        case .keepKey: add("\(worker) keeps the next key", at: time)
        case .rename(let name): add("\(worker) calls itself \(name)", at: time)
        case .finish: add("\(worker) is finished", at: time)
        }
    }

    private mutating func add(_ message: WorkerMessage, saidBy worker: WorkerID, at time: VirtualTime) {
        switch message {
        case .hello(_, _, let running):
            add("\(worker) says hello [\(names(running))]", about: running, at: time)
        case .record(let key, let record):
            add("\(worker) sends \(name(key)) epoch \(record.epoch)", about: [key], at: time)
        case .ended(let key, let end, _):
            add("\(worker) sends \(name(key)) \(end.outcome)", about: [key], at: time)
        case .goodbye: add("\(worker) says goodbye", at: time)
        case .checkpointPiece(let key, let piece):
            let text = "checkpoint of epoch \(piece.label.epoch) from byte \(piece.offset)"
            add("\(worker) sends \(name(key)) \(text)", about: [key], at: time)
        case .checkpointRequest(let key, let epoch, let offset, _):
            add("\(worker) asks for checkpoint \(epoch) from byte \(offset)", about: [key], at: time)
        default: break
        }
    }
}
