import Experiment
import Testing
import Training

/// No subnormal number arises in training.
///
/// A processor that is fast at subnormal numbers hides them from a clock, so they are counted.
struct SubnormalTests {
    /// 2,000 steps over 800 images: the network knows them by heart long before the end, features die, and their
    /// moments decay.
    static func parameters(_ norm: Norm) -> TaskParameters {
        TaskParameters(norm: norm, batchSize: 8, seed: 42, epochs: 20, trainLimit: 800, testLimit: 8)
    }

    /// With gradient norms every gradient is kept; without them, as most train, some are used up where they are made.
    @Test(arguments: Norm.allCases, [true, false])
    func `no buffer has a subnormal number in two thousand small steps`(norm: Norm, keepsGradients: Bool) throws {
        let trainer = try Trainer(
            parameters: Self.parameters(norm), data: try DataSet.load(.shapes, directory: nil),
            options: TrainerOptions(reportsGradientNorms: keepsGradients))
        var counts: [Int] = []
        while trainer.completedEpochs < trainer.parameters.epochs {
            _ = try trainer.trainEpoch { report in
                if report.step.isMultiple(of: 100) { counts.append(trainer.network.subnormalCount) }
            }
        }
        #expect(trainer.completedSteps == 2_000)
        #expect(counts == [Int](repeating: 0, count: 20))
    }

    /// An engine that let them arise wrote them into its checkpoints, as moments or statistics.
    @Test(arguments: Norm.allCases)
    func `no subnormal number outlives the first step after a checkpoint`(norm: Norm) throws {
        let data = try DataSet.load(.shapes, directory: nil)
        var parameters = Self.parameters(norm)
        parameters.trainLimit = 8
        let state = try Trainer(parameters: parameters, data: data).checkpoint()
        let tensors = state.tensors.map { tensor in
            if tensor.name.hasSuffix(".num_batches_tracked") {
                return NamedTensor(tensor.name, shape: tensor.shape, values: .integers([1]))
            }
            guard case .floats(var values) = tensor.values,
                tensor.name.hasPrefix("optimizer.") || tensor.name.contains("running")
            else { return tensor }
            values[0] = 1e-40
            return NamedTensor(tensor.name, shape: tensor.shape, values: .floats(values))
        }
        let checkpoint = Checkpoint(
            parameters: parameters, dataDigest: state.dataDigest, completedEpochs: 1, completedSteps: 1,
            tensors: tensors)
        let trainer = try Trainer(resuming: checkpoint, data: data)
        #expect(trainer.network.subnormalCount > 10)
        _ = try trainer.trainEpoch()
        #expect(trainer.completedSteps == 2)
        #expect(trainer.network.subnormalCount == 0)
    }
}
