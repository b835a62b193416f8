import Experiment
import Kernels

extension Trainer {
    /// The state after the epochs trained so far.
    public func checkpoint() -> Checkpoint {
        var tensors = Checkpoint.emptyTensors(norm: parameters.norm)
        for index in tensors.indices { tensors[index].values = values(of: tensors[index].name) }
        return Checkpoint(
            parameters: parameters, dataDigest: dataDigest, completedEpochs: completedEpochs,
            completedSteps: completedSteps, tensors: tensors)
    }

    /// A trainer that goes on where the checkpoint was taken, with the bits of a trainer that was never stopped.
    ///
    /// - Throws: `TrainingError` of code `.data` where the data set is another one than the checkpoint's, of code
    ///   `.checkpoint` where the checkpoint is a state that no training of the task reaches, and what the other
    ///   initializer throws.
    public convenience init(resuming checkpoint: Checkpoint, data: DataSet, options: TrainerOptions = TrainerOptions())
        throws(TrainingError)
    {
        guard data.digest == checkpoint.dataDigest else {
            throw TrainingError(
                .data,
                "data set \(data.name.rawValue): it has digest \(data.digest), the checkpoint was trained on "
                    + "\(checkpoint.dataDigest); use the same images")
        }
        try self.init(parameters: checkpoint.parameters, data: data, options: options)
        try checkpoint.check(stepsPerEpoch: stepsPerEpoch)
        for tensor in checkpoint.tensors { try restore(tensor) }
        completedEpochs = checkpoint.completedEpochs
        completedSteps = checkpoint.completedSteps
    }

    /// What a name of a checkpoint stands for.
    private enum Place {
        case random
        case batchesTracked
        case running(UnsafeMutablePointer<Float>, count: Int)
        case parameter(TensorSpecification, buffer: UnsafeMutablePointer<Float>)
    }

    private func place(_ name: String) -> Place {
        if name == "random.state" { return .random }
        for (prefix, buffer) in [
            ("optimizer.exp_avg.", network.moments.first), ("optimizer.exp_avg_sq.", network.moments.second),
        ] where name.hasPrefix(prefix) {
            return .parameter(network.layout[String(name.dropFirst(prefix.count))], buffer: buffer)
        }
        for (index, block) in network.blocks.enumerated() {
            let count = block.outputShape.channels
            switch name {
            case "norm\(index + 1).num_batches_tracked": return .batchesTracked
            case "norm\(index + 1).running_mean": return .running(block.running.mean, count: count)
            case "norm\(index + 1).running_var": return .running(block.running.variance, count: count)
            default: continue
            }
        }
        return .parameter(network.layout[name], buffer: network.parameters)
    }

    private func values(of name: String) -> NamedTensor.Values {
        switch place(name) {
        case .random: .integers(generator.state.map { Int64($0) } + [Int64(generator.position)])
        case .batchesTracked: .integers([Int64(completedSteps)])
        case .running(let values, let count): .floats((0..<count).map { values[$0] })
        case .parameter(let tensor, let buffer): .floats(tensor.read(from: buffer))
        }
    }

    private func restore(_ tensor: NamedTensor) throws(TrainingError) {
        switch place(tensor.name) {
        case .random:
            let words = tensor.integers.dropLast().compactMap { UInt32(exactly: $0) }
            guard let restored = MersenneTwister(state: words, position: Int(tensor.integers.last!)) else {
                throw TrainingError(.checkpoint, "the checkpoint's random state is none")
            }
            generator = restored
        case .batchesTracked: break
        case .running(let values, let count):
            for index in 0..<count { values[index] = tensor.floats[index] }
        case .parameter(let specification, let buffer): specification.write(tensor.floats, to: buffer)
        }
    }
}
