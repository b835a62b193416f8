import Crypto
import Experiment

/// All that a trainer needs to go on after an epoch with the same bits.
///
/// As bytes it is a safetensors file: the state dictionary under PyTorch's names; Adam's moments as
/// `optimizer.exp_avg.NAME` and `optimizer.exp_avg_sq.NAME`; the random state as `random.state`, the Mersenne
/// Twister's 624 words and its position. The metadata hold the task's canonical text, the data's digest, the epochs and
/// steps completed, and a SHA-256 over everything else.
public struct Checkpoint: Sendable, Hashable {
    public let parameters: TaskParameters
    public let dataDigest: DataDigest
    public let completedEpochs: Int
    public let completedSteps: Int
    package let tensors: [NamedTensor]

    package init(
        parameters: TaskParameters, dataDigest: DataDigest, completedEpochs: Int, completedSteps: Int,
        tensors: [NamedTensor]
    ) {
        self.parameters = parameters
        self.dataDigest = dataDigest
        self.completedEpochs = completedEpochs
        self.completedSteps = completedSteps
        self.tensors = tensors
    }

    package subscript(_ name: String) -> NamedTensor {
        guard let tensor = tensors.first(where: { $0.name == name }) else {
            preconditionFailure("a checkpoint holds no \(name)")
        }
        return tensor
    }

    /// The whole checkpoint. Equal checkpoints have equal bytes.
    public func encoded() -> [UInt8] {
        let unsigned = file(digest: String(repeating: "0", count: 64))
        return file(digest: DataDigest(SHA256.hash(data: unsigned)).rawValue)
    }

    /// The network alone, which PyTorch's `load_state_dict(load_file(…))` takes as it is.
    public func encodedWeights() -> [UInt8] {
        let isState = { (name: String) in !name.hasPrefix("optimizer.") && !name.hasPrefix("random.") }
        return Safetensors.encode(metadata: [("format", "pt")], tensors: tensors.filter { isState($0.name) })
    }

    /// Reads `encoded()` back.
    ///
    /// - Throws: `TrainingError` of code `.checkpoint` where the bytes are not exactly those of a checkpoint.
    public init(decoding bytes: [UInt8]) throws(TrainingError) {
        guard let (metadata, dataStart) = Safetensors.metadata(of: bytes) else {
            throw Self.damaged("its header is cut off or no safetensors header")
        }
        guard metadata["kind"] == Self.kind,
            let parameters = metadata["task"].flatMap({ TaskParameters(canonicalText: $0) }),
            let digest = metadata["data"].flatMap({ DataDigest(rawValue: $0) }),
            let epochs = metadata["epochs"].flatMap({ Int($0) }), let steps = metadata["steps"].flatMap({ Int($0) })
        else { throw Self.damaged("its metadata are not those of a \(Self.kind)") }
        var tensors = Self.emptyTensors(norm: parameters.norm)
        let expected = dataStart + tensors.reduce(0) { $0 + $1.byteCount }
        guard bytes.count == expected else {
            throw Self.damaged("it has \(bytes.count) bytes instead of \(expected)")
        }
        Safetensors.fill(&tensors, from: bytes[dataStart...])
        self.init(
            parameters: parameters, dataDigest: digest, completedEpochs: epochs, completedSteps: steps, tensors: tensors
        )
        // Encoding is canonical and signed, so any byte that differs shows here.
        guard encoded() == bytes else { throw Self.damaged("its content does not match its SHA-256") }
    }

    private static let kind = "sweep-checkpoint-1"

    private static func damaged(_ reason: String) -> TrainingError {
        TrainingError(.checkpoint, "the checkpoint is damaged: \(reason)")
    }

    private func file(digest: String) -> [UInt8] {
        Safetensors.encode(
            metadata: [
                ("format", "pt"), ("kind", Self.kind), ("task", parameters.canonicalText),
                ("data", dataDigest.rawValue), ("epochs", String(completedEpochs)), ("steps", String(completedSteps)),
                ("sha256", digest),
            ], tensors: tensors)
    }

    /// The tensors of a checkpoint in their order, integers first, all values 0.
    package static func emptyTensors(norm: Norm) -> [NamedTensor] {
        let layout = ParameterLayout(norm: norm)
        let layers = norm == .batch ? Array(1...3) : []
        var tensors = layers.map { NamedTensor.zeroIntegers("norm\($0).num_batches_tracked", shape: []) }
        tensors.append(.zeroIntegers("random.state", shape: [MersenneTwister.stateCount + 1]))
        for tensor in layout.tensors { tensors.append(.zeros(tensor.name, shape: tensor.shape)) }
        for layer in layers {
            let channels = ParameterLayout.channels[layer]
            tensors.append(.zeros("norm\(layer).running_mean", shape: [channels]))
            tensors.append(.zeros("norm\(layer).running_var", shape: [channels]))
        }
        for moment in ["exp_avg", "exp_avg_sq"] {
            for tensor in layout.tensors {
                tensors.append(.zeros("optimizer.\(moment).\(tensor.name)", shape: tensor.shape))
            }
        }
        return tensors
    }
}
