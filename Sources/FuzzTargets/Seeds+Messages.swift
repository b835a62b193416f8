import Experiment
import Messages
import Statistics
import Wire

/// What fuzzing starts from: of each kind of input one that is right.
enum Seeds {
    static let task = SweepTask(
        parameters: TaskParameters(
            norm: .layer, batchSize: 16, seed: 7, epochs: 3, captureGradients: true, trainLimit: 96, testLimit: 50),
        data: .shapes, dataDigest: DataDigest(rawValue: String(repeating: "a", count: 64))!)
    static let key = AttemptKey(task: task.id, attempt: Attempt(rawValue: 1))
    static let label = CheckpointLabel(
        epoch: 2, byteCount: 100, digest: ContentDigest(rawValue: String(repeating: "b", count: 64))!)
    static let piece = CheckpointPiece(label: label, offset: 10, bytes: [1, 2, 3])
    static let record = EpochRecord(
        epoch: 1, metrics: EpochMetrics(trainLoss: 2.5, valLoss: 2.25, trainAccuracy: 12.5, valAccuracy: 20),
        gradientNorms: [1.5, .nan], layerGradients: [LayerGradientSample(layer: "conv1", values: [0.5, -0.25])],
        outcomes: ImageOutcomes([true, false, true]))
    static let conditions = TrainerConditions(
        agent: 7, dataDirectory: "images", processors: [0, 1], checkpointPause: .seconds(60))
    static let end = AttemptEnd(outcome: .error, reason: "the trainer ended", seconds: 1.5)
    static let worker = WorkerID(rawValue: "north-1")!
    static let facts = HostFacts(host: "north", processor: "CPU", cores: 8, kernels: "avx2", build: "0.1.0")

    private static let publicKey = String(repeating: "0", count: 40)

    static func workerMessages() -> [[UInt8]] {
        let messages: [WorkerMessage] = [
            .hello(slots: 2, facts: facts, running: [key]), .heartbeat(running: [key, key], number: 3),
            .heartbeat(running: []), .record(key, record), .ended(key, end), .ended(key, end, state: label), .goodbye,
            .checkpointPiece(key, piece), .checkpointRequest(key, epoch: 2, offset: 10, limit: 50),
            .keyKept(publicKey),
        ]
        let request = EnrolmentRequest(publicKey: publicKey)
        return messages.map { WorkerEnvelope($0, from: worker).encoded() } + [request.encoded()]
    }

    static func coordinatorMessages() -> [[UInt8]] {
        let messages: [CoordinatorMessage] = [
            .welcome(sweep: "quick", heartbeat: .seconds(5), checkpointInterval: .seconds(60)), .whoAreYou,
            .assignment(key, task), .assignment(key, task, from: label), .recordStored(key, epoch: 1), .endStored(key),
            .stop(key), .refusal(reason: "another version"), .nameTaken(useInstead: worker), .farewell,
            .checkpointWanted(key, epoch: 2, offset: 10), .checkpointSettled(key, epoch: 2),
            .checkpointPiece(key, piece), .resumePoint(key, label), .resumePoint(key, nil), .heartbeatHeard(number: 3),
            .nextKey(publicKey, presentEndsIn: .seconds(60)),
        ]
        let answers: [EnrolmentAnswer] = [
            .enrolled(label: "gpu"), .ownKey, .waiting(label: "gpu"),
            .expired(atMilliseconds: 1_700_000_000_000, nowMilliseconds: 1_700_000_000_001),
            .used(label: "gpu", atMilliseconds: 5), .revoked, .crowded, .unavailable(reason: "the disk is full"),
        ]
        return messages.map { $0.encoded() } + answers.map { $0.encoded() }
    }

    static func trainerStreams() -> [[UInt8]] {
        let orders: [TrainerOrder] = [
            .start(task, conditions), .start(task, conditions, from: label), .statePiece(piece), .stop,
        ]
        let reports: [TrainerReport] = [.record(record), .statePiece(piece), .ended(end)]
        let frames = (orders.map { $0.encoded() } + reports.map { $0.encoded() }).map(FrameReader.frame)
        return frames.map { [99] + $0 } + [[2] + frames.flatMap { $0 }]
    }

    static func controlLines() -> [[UInt8]] {
        let requests: [SweepRequest] = [
            .pause, .resume, .drain(worker), .restore(worker), .cancel([]), .cancel([task.id]),
            .retry([task.id, task.id]), .audit(task.id),
        ]
        let lines = [
            #"{"version":1,"done":3}"#, #"{"version":1,"refused":"no worker here"}"#, #"{"version":2}"#,
            #"{"version":1,"request":"drain","worker":"a b"}"#, #"{"version":1,"request":"audit","tasks":null}"#,
        ]
        return requests.map(Seeds.controlLine) + lines.map { Array($0.utf8) }
    }
}
