import Experiment
import Messages
import Statistics
import Wire

// Messages out of the whole range of each field, its ends more often than its middle.

extension WorkerEnvelope {
    static func arbitrary(using random: inout SeededRandom) -> Self {
        let worker = random.worker()
        return Self(.arbitrary(using: &random), from: worker)
    }
}

extension WorkerMessage {
    static func arbitrary(using random: inout SeededRandom) -> Self {
        switch Int.random(in: 0..<8, using: &random) {
        case 0: .hello(slots: random.whole(1...Limits.slots), facts: random.facts(), running: random.keys())
        case 1:
            .heartbeat(
                running: random.keys(), number: random.chance(0.5) ? random.whole(1...Int(Int32.max)) : nil)
        case 2: .record(random.key(), random.record())
        case 3: .ended(random.key(), random.end(), state: random.chance(0.5) ? random.label() : nil)
        case 4: .checkpointPiece(random.key(), random.piece())
        case 5:
            .checkpointRequest(
                random.key(), epoch: random.whole(1...10_000), offset: random.offset(),
                limit: random.chance(0.5) ? random.whole(1...Limits.pieceBytes) : nil)
        case 6: .keyKept(random.publicKey())
        default: .goodbye
        }
    }
}

extension CoordinatorMessage {
    static func arbitrary(using random: inout SeededRandom) -> Self {
        switch Int.random(in: 0..<15, using: &random) {
        case 0:
            let heartbeat = random.whole(Limits.heartbeatMilliseconds)
            let checkpoints = random.whole(Limits.checkpointMilliseconds)
            return .welcome(
                sweep: random.name(), heartbeat: .milliseconds(heartbeat),
                checkpointInterval: .milliseconds(checkpoints))
        case 1: return .whoAreYou
        case 2:
            let task = random.task()
            let label = random.chance(0.5) ? random.label() : nil
            return .assignment(AttemptKey(task: task.id, attempt: random.attempt()), task, from: label)
        case 3: return .recordStored(random.key(), epoch: random.whole(1...10_000))
        case 4: return .endStored(random.key())
        case 5: return .stop(random.key())
        case 6: return .refusal(reason: random.text())
        case 7:
            return .checkpointWanted(random.key(), epoch: random.whole(1...10_000), offset: random.offset())
        case 8: return .checkpointSettled(random.key(), epoch: random.whole(1...10_000))
        case 9: return .checkpointPiece(random.key(), random.piece())
        case 10: return .heartbeatHeard(number: random.whole(1...Int(Int32.max)))
        case 11: return .resumePoint(random.key(), random.chance(0.5) ? random.label() : nil)
        case 12: return .nameTaken(useInstead: random.worker())
        case 13:
            let milliseconds = random.whole(Limits.keyGraceMilliseconds)
            return .nextKey(random.publicKey(), presentEndsIn: .milliseconds(milliseconds))
        default: return .farewell
        }
    }
}

extension SeededRandom {
    /// A number of the range; in half of the cases one of its ends.
    mutating func whole(_ range: ClosedRange<Int>) -> Int {
        pick([range.lowerBound, range.upperBound, .random(in: range, using: &self), .random(in: range, using: &self)])
    }

    mutating func finite() -> Double {
        let any = Double(bitPattern: next())
        return pick([
            0, -0.0, .leastNonzeroMagnitude, -.greatestFiniteMagnitude, 2.302_585, any.isFinite ? any : 100,
        ])
    }

    /// A gradient may be anything: only the four metrics must be finite.
    mutating func double() -> Double { pick([.nan, .infinity, -.infinity, Double(bitPattern: next()), finite()]) }

    mutating func text() -> String {
        if chance(0.05) {
            return pick([
                String(repeating: "x", count: Limits.textBytes), String(repeating: "é", count: Limits.textBytes / 2),
            ])
        }
        return pick(["", "conv1", "loss is nan", "ÄÖ 測試 🧪", "e\u{301}\u{200D}"])
    }

    mutating func name() -> String {
        chance(0.05) ? String(repeating: "é", count: Limits.nameBytes / 2) : pick(["", "conv1", "ÄÖ 測試 🧪"])
    }

    mutating func publicKey() -> String {
        pick([
            String(repeating: "0", count: 40), "rq:rM>}U?@Lns47E1%kR.o@n%FcmmsL/@{H8]yf7", "k",
            String(repeating: "x", count: 64),
        ])
    }

    mutating func task() -> SweepTask {
        let limits = 1...1_000_000
        let parameters = TaskParameters(
            norm: pick(Norm.allCases), batchSize: whole(1...4096), seed: whole(0...4_294_967_295),
            epochs: whole(1...10_000), learningRate: pick([0, 10, .leastNonzeroMagnitude, 0.001, 1.0 / 3]),
            captureGradients: chance(0.5), trainLimit: chance(0.5) ? whole(limits) : nil,
            testLimit: chance(0.5) ? whole(limits) : nil)
        let digest = DataDigest(rawValue: String(repeating: pick(["0", "9", "f"]), count: 64))!
        return SweepTask(parameters: parameters, data: pick(DataSetName.allCases), dataDigest: digest)
    }

    mutating func attempt() -> Attempt { Attempt(rawValue: whole(1...Limits.attempts)) }

    mutating func key() -> AttemptKey { AttemptKey(task: task().id, attempt: attempt()) }

    mutating func keys() -> [AttemptKey] { (0..<pick([0, 1, 7])).map { _ in key() } }

    mutating func facts() -> HostFacts {
        var facts = HostFacts(
            host: name(), processor: name(), cores: whole(0...Limits.cores), kernels: name(), build: name())
        facts.coresBound = name()
        facts.memoryBytes = whole(0...Int.max)
        facts.memoryBound = name()
        return facts
    }

    mutating func worker() -> WorkerID {
        WorkerID(rawValue: pick(["w", "host-1a2b3c4d", String(repeating: "Z", count: 64), "._-"]))!
    }

    mutating func offset() -> Int { whole(0...Limits.checkpointBytes - 1) }

    mutating func label(byteCount: Int? = nil) -> CheckpointLabel {
        let digest = ContentDigest(rawValue: String(repeating: pick(["0", "9", "f"]), count: 64))!
        let byteCount = byteCount ?? whole(1...Limits.checkpointBytes)
        return CheckpointLabel(epoch: whole(1...10_000), byteCount: byteCount, digest: digest)
    }

    mutating func piece() -> CheckpointPiece {
        let count = pick([1, 40, chance(0.05) ? Limits.pieceBytes : 7])
        let offset = whole(0...Limits.checkpointBytes - count)
        let label = label(byteCount: whole(offset + count...Limits.checkpointBytes))
        return CheckpointPiece(label: label, offset: offset, bytes: (0..<count).map { UInt8(truncatingIfNeeded: $0) })
    }

    mutating func end() -> AttemptEnd {
        let seconds = pick([0, .leastNonzeroMagnitude, 12.5, .greatestFiniteMagnitude])
        return AttemptEnd(outcome: pick(AttemptOutcome.allCases), reason: text(), seconds: seconds)
    }

    mutating func record() -> EpochRecord {
        let metrics = EpochMetrics(
            trainLoss: finite(), valLoss: finite(), trainAccuracy: finite(), valAccuracy: finite())
        let samples = (0..<pick([0, 1, Limits.layers])).map { _ in
            LayerGradientSample(layer: name(), values: (0..<pick([0, 3])).map { _ in Float(double()) })
        }
        return EpochRecord(
            epoch: whole(1...10_000), metrics: metrics, gradientNorms: (0..<pick([0, 40])).map { _ in double() },
            layerGradients: samples, outcomes: chance(0.3) ? outcomes() : nil)
    }

    mutating func outcomes() -> ImageOutcomes {
        let count = pick([1, 7, 8, 9, 64, 600, chance(0.05) ? Limits.testImages : 65])
        return ImageOutcomes((0..<count).map { _ in chance(0.5) })
    }
}
