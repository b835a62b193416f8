import Experiment
import SwiftProtobuf

// Between protobuf's types and the vocabulary's. Encoding cannot fail: the vocabulary's values fit the fields, and
// texts are cut to fit.

func serialized(_ message: some SwiftProtobuf.Message) -> [UInt8] {
    do {
        return try message.serializedBytes()
    } catch {
        preconditionFailure("a message without required fields and custom types always serialises: \(error)")
    }
}

func parse<Message: SwiftProtobuf.Message>(_ bytes: [UInt8]) throws(WireError) -> Message {
    do {
        return try Message(serializedBytes: bytes)
    } catch {
        throw WireError(.malformed, "not a protocol buffer of \(Message.protoMessageName)")
    }
}

func checkVersion(_ version: UInt32, of peer: String) throws(WireError) {
    guard version == ProtocolVersion.current else {
        throw WireError(
            .version,
            "the \(peer) speaks protocol \(version), this build speaks \(ProtocolVersion.current): "
                + "install the same version of sweep on both hosts")
    }
}

/// Text that is shown to people: bounded, and without control characters, which could rewrite a terminal.
func checkedText(_ text: String, named name: String) throws(WireError) -> String {
    guard text.utf8.count <= Limits.textBytes else {
        throw WireError(.malformed, "\(name): \(text.utf8.count) bytes, over \(Limits.textBytes)")
    }
    return String(
        String.UnicodeScalarView(text.unicodeScalars.map { $0.properties.generalCategory == .control ? " " : $0 }))
}

/// The longest beginning of a text that the receiver takes: a long reason must not make its message unreadable.
func boundedText(_ text: String) -> String {
    guard text.utf8.count > Limits.textBytes else { return text }
    var end = text.utf8.index(text.startIndex, offsetBy: Limits.textBytes)
    while end.samePosition(in: text.unicodeScalars) == nil {
        end = text.utf8.index(before: end)
    }
    return String(text.unicodeScalars[..<end])
}

func checkedEpoch(_ epoch: UInt32) throws(WireError) -> Int {
    guard case .integer(let range) = Hyperparameter.epochs.domain, range.contains(Int(epoch)) else {
        throw WireError(.malformed, "epoch: \(epoch) is out of range")
    }
    return Int(epoch)
}

extension PBAttemptName {
    init(_ key: AttemptKey) {
        self.init()
        task = key.task.rawValue
        attempt = UInt32(key.attempt.rawValue)
    }

    func checked() throws(WireError) -> AttemptKey {
        guard let task = TaskID(rawValue: task) else { throw WireError(.malformed, "task: not a task's id") }
        guard (1...1_000_000).contains(attempt) else {
            throw WireError(.malformed, "attempt: \(attempt) is out of range")
        }
        return AttemptKey(task: task, attempt: Attempt(rawValue: Int(attempt)))
    }
}

extension PBHostFacts {
    init(_ facts: HostFacts) {
        self.init()
        host = boundedText(facts.host)
        processor = boundedText(facts.processor)
        cores = UInt32(clamping: facts.cores)
        kernels = boundedText(facts.kernels)
        build = boundedText(facts.build)
        coresBound = boundedText(facts.coresBound)
        memoryBytes = UInt64(clamping: facts.memoryBytes)
        memoryBound = boundedText(facts.memoryBound)
    }

    func checked() throws(WireError) -> HostFacts {
        guard cores <= Limits.cores else {
            throw WireError(.malformed, "cores: \(cores), over \(Limits.cores)")
        }
        var facts = HostFacts(
            host: try checkedText(host, named: "host"), processor: try checkedText(processor, named: "processor"),
            cores: Int(cores), kernels: try checkedText(kernels, named: "kernels"),
            build: try checkedText(build, named: "build"))
        facts.coresBound = try checkedText(coresBound, named: "cores_bound")
        facts.memoryBytes = Int(clamping: memoryBytes)
        facts.memoryBound = try checkedText(memoryBound, named: "memory_bound")
        return facts
    }
}

extension PBRecord {
    init(_ key: AttemptKey, _ record: EpochRecord) {
        self.init()
        attempt = PBAttemptName(key)
        epoch = UInt32(record.epoch)
        trainLoss = record.metrics.trainLoss
        valLoss = record.metrics.valLoss
        trainAccuracy = record.metrics.trainAccuracy
        valAccuracy = record.metrics.valAccuracy
        gradientNorms = record.gradientNorms
        layerGradients = record.layerGradients.map { sample in
            var message = PBLayerGradients()
            message.layer = boundedText(sample.layer)
            message.values = sample.values
            return message
        }
    }

    func checked() throws(WireError) -> EpochRecord {
        let metrics = EpochMetrics(
            trainLoss: trainLoss, valLoss: valLoss, trainAccuracy: trainAccuracy, valAccuracy: valAccuracy)
        for metric in Metric.allCases where !metrics[metric].isFinite {
            // A trainer ends such an attempt as diverged; a database would store NaN as nothing.
            throw WireError(.malformed, "\(metric.rawValue): not a finite number")
        }
        guard gradientNorms.count <= Limits.gradientNorms else {
            throw WireError(.malformed, "gradient_norms: \(gradientNorms.count), over \(Limits.gradientNorms)")
        }
        guard layerGradients.count <= Limits.layers else {
            throw WireError(.malformed, "layer_gradients: \(layerGradients.count) layers, over \(Limits.layers)")
        }
        var samples: [LayerGradientSample] = []
        for sample in layerGradients {
            guard sample.values.count <= Limits.layerValues else {
                throw WireError(.malformed, "values: \(sample.values.count), over \(Limits.layerValues)")
            }
            let layer = try checkedText(sample.layer, named: "layer")
            samples.append(LayerGradientSample(layer: layer, values: sample.values))
        }
        return EpochRecord(
            epoch: try checkedEpoch(epoch), metrics: metrics, gradientNorms: gradientNorms, layerGradients: samples)
    }
}

extension PBEnded {
    init(_ key: AttemptKey, _ end: AttemptEnd) {
        self.init()
        attempt = PBAttemptName(key)
        outcome = PBOutcome(end.outcome)
        reason = boundedText(end.reason)
        seconds = end.seconds
    }

    func checked() throws(WireError) -> AttemptEnd {
        guard let outcome = outcome.value else { throw WireError(.malformed, "outcome: unknown") }
        guard seconds.isFinite, seconds >= 0 else {
            throw WireError(.malformed, "seconds: \(seconds) is not a duration")
        }
        return AttemptEnd(outcome: outcome, reason: try checkedText(reason, named: "reason"), seconds: seconds)
    }
}

extension PBOutcome {
    init(_ outcome: AttemptOutcome) {
        switch outcome {
        case .completed: self = .completed
        case .error: self = .error
        case .outOfMemory: self = .outOfMemory
        case .killed: self = .killed
        case .workerLost: self = .workerLost
        case .cancelled: self = .cancelled
        case .diverged: self = .diverged
        case .preempted: self = .preempted
        case .unfit: self = .unfit
        }
    }

    var value: AttemptOutcome? {
        AttemptOutcome.allCases.first { PBOutcome($0) == self }
    }
}
