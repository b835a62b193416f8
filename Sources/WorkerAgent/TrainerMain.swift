import ChildProcesses
import Experiment
import Glibc
import Synchronization
import Training
import Wire

/// What a trainer process does: reads one assignment from its standard input, trains, and writes a record for each
/// epoch and then the end to its standard output, in frames.
///
/// It ends with its agent: by the kernel's signal, and because its standard input closes.
public struct TrainerMain: Sendable {
    public var options: Options

    public struct Options: Sendable {
        /// The agent.
        public var parent: Int32
        /// `--data`; `nil` for the cache.
        public var dataDirectory: String?
        /// The core to stay on; `nil` for any.
        public var core: PhysicalCore?

        public init(parent: Int32, dataDirectory: String?, core: PhysicalCore?) {
            self.parent = parent
            self.dataDirectory = dataDirectory
            self.core = core
        }
    }

    public init(options: Options) {
        self.options = options
    }

    /// Trains the assignment; returns when its end is written. What goes wrong is part of what it reports.
    public func run() {
        options.core?.bindThisThread()
        var frames = FrameReader()
        guard let bytes = readFrame(&frames),
            case .assignment(let key, let task)? = try? CoordinatorMessage(decoding: bytes)
        else { return }
        ParentDeath.follow(options.parent)
        let start = ContinuousClock.now
        let (outcome, reason) = train(task, reportingAs: key)
        let seconds = (ContinuousClock.now - start) / .seconds(1)
        send(.ended(key, AttemptEnd(outcome: outcome, reason: reason, seconds: seconds)))
    }

    private func train(_ task: SweepTask, reportingAs key: AttemptKey) -> (AttemptOutcome, reason: String) {
        do {
            // The agent has compared the digest; of many trainers on a host none needs to hash the images again.
            let data = try DataSet.load(task.data, directory: options.dataDirectory, trusting: task.dataDigest)
            let trainer = try Trainer(parameters: task.parameters, data: data, options: TrainerOptions())
            while trainer.completedEpochs < task.parameters.epochs {
                send(.record(key, try trainer.trainEpoch { _ in }))
            }
            return (.completed, "")
        } catch let error as TrainingError where error.code == .diverged {
            return (.diverged, String(describing: error))
        } catch {
            return (.error, String(describing: error))
        }
    }

    private func send(_ body: WorkerMessage.Body) {
        let frame = FrameReader.frame(WorkerMessage(worker: Self.name, body: body).encoded())
        var offset = 0
        while offset < frame.count {
            let count = frame.withUnsafeBytes { write(STDOUT_FILENO, $0.baseAddress! + offset, $0.count - offset) }
            if count < 0 && errno != EINTR { _exit(1) }
            offset += max(count, 0)
        }
    }

    /// The agent speaks for its trainers: their own name goes no further than to it.
    private static let name = WorkerID(rawValue: "trainer")!

    private func readFrame(_ frames: inout FrameReader) -> [UInt8]? {
        var buffer = [UInt8](repeating: 0, count: 4096)
        while true {
            let count = read(STDIN_FILENO, &buffer, buffer.count)
            if count < 0 && errno == EINTR { continue }
            guard count > 0, let complete = try? frames.append(buffer[..<count]) else { return nil }
            if let frame = complete.first { return frame }
        }
    }
}
