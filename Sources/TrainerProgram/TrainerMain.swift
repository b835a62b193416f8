import ChildProcesses
import Experiment
import Glibc
import HostSystem
import Training
import Wire

/// What a trainer process does: reads the order to start, with the state that it may name, from its standard input,
/// trains, and writes a record for each epoch, its state now and then, and at last the end to its standard output, in
/// frames. `trainer.proto` has the messages.
///
/// It ends when it is told to stop, before the next batch; and with its agent: by the kernel's signal, and because its
/// standard input closes. At any time, what is no order of this version ends it with `TrainerExit.notUnderstood`: it
/// does not know what its agent wants then, and the host is to blame.
public final class TrainerMain: Sendable {
    private let stopFlag = RaisedFlag()

    public init() {}

    /// Trains the task; returns when its end is written. What goes wrong is part of what it reports.
    public func run() {
        OutOfMemoryKills.preferThisProcess()
        do throws(OrderFault) {
            try followOrders()
        } catch {
            leave(because: error)
        }
    }

    private func followOrders() throws(OrderFault) {
        var input = OrderInput()
        guard let first = try input.next() else { return }
        guard case .start(let task, let conditions, let label) = first else {
            throw OrderFault(description: "the first order is not to start")
        }
        if !conditions.processors.isEmpty { PhysicalCore(processors: conditions.processors).bindThisThread() }
        let state = try label.map { label throws(OrderFault) in try input.readState(label) }
        try watchForStop(in: input, of: conditions.agent)
        let start = ContinuousClock.now
        let (outcome, reason) = train(task, from: state, under: conditions)
        let seconds = (ContinuousClock.now - start) / .seconds(1)
        send(.ended(AttemptEnd(outcome: outcome, reason: reason, seconds: seconds)))
    }

    /// From now on, on a thread of its own.
    private func watchForStop(in input: OrderInput, of agent: Int32) throws(OrderFault) {
        if input.isToldToStop { stopFlag.raise() }
        for frame in input.waiting { try follow(frame) }
        let frames = LaterFrames(input.frames)
        ParentDeath.follow(agent) { [self] bytes in
            do throws(OrderFault) {
                for frame in try frames.append(bytes) { try follow(frame) }
            } catch {
                leave(because: error)
            }
        }
    }

    /// While it trains, the order to stop is the only one that means something. Pieces of a state that it could not use
    /// may be on their way.
    private func follow(_ frame: [UInt8]) throws(OrderFault) {
        if try TrainerOrder(readingFrom: frame) == .stop { stopFlag.raise() }
    }

    private func leave(because fault: OrderFault) -> Never {
        _ = writeAll("error: the trainer does not understand its agent: \(fault)\n", to: STDERR_FILENO)
        _exit(TrainerExit.notUnderstood)
    }

    private func train(
        _ task: SweepTask, from state: Result<CheckpointContent, OrderFault>?, under conditions: TrainerConditions
    ) -> (AttemptOutcome, reason: String) {
        do {
            // The agent has compared the digest; of many trainers on a host none needs to hash the images again.
            let data = try DataSet.load(task.data, directory: conditions.dataDirectory, trusting: task.dataDigest)
            let (trainer, beginning) = try makeTrainer(of: task, data, from: state)
            // After the first epoch there is something to hand over.
            var savedAt: ContinuousClock.Instant?
            while trainer.completedEpochs < task.parameters.epochs {
                send(.record(try trainer.trainEpoch(until: { stopFlag.isRaised })))
                guard trainer.completedEpochs < task.parameters.epochs,
                    savedAt.map({ ContinuousClock.now - $0 >= conditions.checkpointPause }) ?? true
                else { continue }
                save(trainer)
                savedAt = .now
            }
            return (.completed, beginning)
        } catch let error as TrainingError where error.code == .diverged {
            return (.diverged, String(describing: error))
        } catch let error as TrainingError where error.code == .stopped {
            return (.cancelled, String(describing: error))
        } catch {
            return (.error, String(describing: error))
        }
    }

    /// The trainer, and how it begins where that is worth a word. A state that cannot be used costs time alone: the
    /// task begins at its first epoch.
    private func makeTrainer(
        of task: SweepTask, _ data: DataSet, from state: Result<CheckpointContent, OrderFault>?
    ) throws(TrainingError) -> (Trainer, beginning: String) {
        guard let state else { return (try Trainer(parameters: task.parameters, data: data), "") }
        do {
            let trainer = try resume(state.get(), as: task, data)
            return (trainer, "went on after epoch \(trainer.completedEpochs)")
        } catch {
            return (try Trainer(parameters: task.parameters, data: data), "began at the first epoch: \(error)")
        }
    }

    private func resume(
        _ content: CheckpointContent, as task: SweepTask, _ data: DataSet
    ) throws(TrainingError) -> Trainer {
        let checkpoint = try Checkpoint(decoding: content.bytes)
        guard checkpoint.parameters == task.parameters, checkpoint.completedEpochs == content.label.epoch else {
            throw TrainingError(
                .checkpoint, "the checkpoint is of another task, or of another epoch than its label says")
        }
        return try Trainer(resuming: checkpoint, data: data)
    }

    private func save(_ trainer: Trainer) {
        let content = CheckpointContent(epoch: trainer.completedEpochs, bytes: trainer.checkpoint().encoded())
        for piece in content.pieces(limit: Limits.pieceBytes) { send(.statePiece(piece)) }
    }

    private func send(_ report: TrainerReport) {
        if writeAll(FrameReader.frame(report.encoded()), to: STDOUT_FILENO) != 0 { _exit(1) }
    }
}
