import ChildProcesses
import Experiment
import Glibc
import HostSystem
import Synchronization
import Training
import Wire

/// What a trainer process does: reads the order to start, with the state that it may name, from its standard input,
/// trains, and writes a record for each epoch, its state now and then, and at last the end to its standard output, in
/// frames. `trainer.proto` has the messages.
///
/// It ends when it is told to stop, before the next batch; and with its agent: by the kernel's signal, and because its
/// standard input closes.
public final class TrainerMain: Sendable {
    public let options: Options
    private let stopFlag = RaisedFlag()

    public struct Options: Sendable {
        /// The agent.
        public var parent: Int32
        /// `--data`; `nil` for the cache.
        public var dataDirectory: String?
        /// The core to stay on; `nil` for any.
        public var core: PhysicalCore?
        /// The state is handed over after an epoch when that was last done longer ago.
        public var checkpointPause: Duration

        public init(parent: Int32, dataDirectory: String?, core: PhysicalCore?, checkpointPause: Duration) {
            self.parent = parent
            self.dataDirectory = dataDirectory
            self.core = core
            self.checkpointPause = checkpointPause
        }
    }

    public init(options: Options) {
        self.options = options
    }

    /// Trains the task; returns when its end is written. What goes wrong is part of what it reports.
    ///
    /// - Throws: `WireError` where the first order is none of this version, before anything is trained.
    public func run() throws(WireError) {
        options.core?.bindThisThread()
        OutOfMemoryKills.preferThisProcess()
        var input = OrderInput()
        guard case .start(let key, let task, let label)? = try input.next() else { return }
        var checkpoint: CheckpointContent?
        if let label { checkpoint = try input.readState(label) }
        watchForStop(in: input)
        let start = ContinuousClock.now
        let (outcome, reason) = train(task, from: checkpoint, reportingAs: key)
        let seconds = (ContinuousClock.now - start) / .seconds(1)
        send(.ended(key, AttemptEnd(outcome: outcome, reason: reason, seconds: seconds)))
    }

    private func watchForStop(in input: OrderInput) {
        if input.hasStop { stopFlag.raise() }
        let frames = LockedFrames(input.frames)
        ParentDeath.follow(options.parent) { [self] bytes in
            guard let complete = frames.append(bytes) else { _exit(1) }
            for frame in complete where (try? TrainerOrder(decoding: frame)) == .stop {
                stopFlag.raise()
            }
        }
    }

    private func train(
        _ task: SweepTask, from checkpoint: CheckpointContent?, reportingAs key: AttemptKey
    ) -> (AttemptOutcome, reason: String) {
        do {
            // The agent has compared the digest; of many trainers on a host none needs to hash the images again.
            let data = try DataSet.load(task.data, directory: options.dataDirectory, trusting: task.dataDigest)
            let (trainer, beginning) = try makeTrainer(of: task, data, from: checkpoint)
            // After the first epoch there is something to hand over.
            var savedAt: ContinuousClock.Instant?
            while trainer.completedEpochs < task.parameters.epochs {
                send(.record(key, try trainer.trainEpoch(until: { stopFlag.isRaised })))
                guard trainer.completedEpochs < task.parameters.epochs,
                    savedAt.map({ ContinuousClock.now - $0 >= options.checkpointPause }) ?? true
                else { continue }
                save(trainer, reportingAs: key)
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

    /// The trainer, and how it begins where that is worth a word. A checkpoint that cannot be used costs time alone:
    /// the task begins at its first epoch.
    private func makeTrainer(
        of task: SweepTask, _ data: DataSet, from content: CheckpointContent?
    ) throws(TrainingError) -> (Trainer, beginning: String) {
        guard let content else { return (try Trainer(parameters: task.parameters, data: data), "") }
        do {
            let trainer = try resume(content, as: task, data)
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

    private func save(_ trainer: Trainer, reportingAs key: AttemptKey) {
        let content = CheckpointContent(epoch: trainer.completedEpochs, bytes: trainer.checkpoint().encoded())
        for piece in content.pieces(limit: Limits.pieceBytes) { send(.statePiece(key, piece)) }
    }

    private func send(_ report: TrainerReport) {
        if writeAll(FrameReader.frame(report.encoded()), to: STDOUT_FILENO) != 0 { _exit(1) }
    }
}

/// The frames of the standard input, which one thread after another reads.
private final class LockedFrames: Sendable {
    private let frames: Mutex<FrameReader>

    init(_ frames: FrameReader) {
        self.frames = Mutex(frames)
    }

    /// Complete frames; `nil` for what is none.
    func append(_ bytes: ArraySlice<UInt8>) -> [[UInt8]]? { frames.withLock { try? $0.append(bytes) } }
}

/// The orders of standard input, one after another.
private struct OrderInput {
    private(set) var frames = FrameReader()
    private var complete: [[UInt8]] = []

    /// Whether what was read already and not yet taken is the order to stop.
    var hasStop: Bool { complete.contains { (try? TrainerOrder(decoding: $0)) == .stop } }

    /// `nil` at the end of the input, and for what is no frame.
    mutating func next() throws(WireError) -> TrainerOrder? {
        var buffer = [UInt8](repeating: 0, count: 1 << 16)
        while complete.isEmpty {
            let count = read(STDIN_FILENO, &buffer, buffer.count)
            if count < 0 && errno == EINTR { continue }
            guard count > 0, let more = try? frames.append(buffer[..<count]) else { return nil }
            complete = more
        }
        return try TrainerOrder(decoding: complete.removeFirst())
    }

    /// `nil` where the pieces are not those of the label.
    mutating func readState(_ label: CheckpointLabel) throws(WireError) -> CheckpointContent? {
        var assembly = CheckpointAssembly(of: label)
        while !assembly.isComplete {
            guard case .statePiece(_, let piece)? = try next(), assembly.append(piece) else { return nil }
        }
        return assembly.content()
    }
}
