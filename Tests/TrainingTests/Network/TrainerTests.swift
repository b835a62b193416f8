import Experiment
import Testing
import Training
import TrainingFixtures

struct TrainerTests {
    static func parameters(epochs: Int, captures: Bool) -> TaskParameters {
        TaskParameters(norm: .layer, batchSize: 4, seed: 1, epochs: epochs, captureGradients: captures)
    }

    static let data = FormulaImages.dataSet(train: 10, test: 6)

    @Test func `a record holds what its epoch captures`() throws {
        let trainer = try Trainer(parameters: Self.parameters(epochs: 4, captures: true), data: Self.data)
        for epoch in 1...4 {
            let record = try trainer.trainEpoch()
            #expect(record.epoch == epoch)
            #expect(record.gradientNorms.count == 3)
            #expect(record.gradientNorms.allSatisfy { $0 > 0 })
            let isSampled = [1, 3, 4].contains(epoch)
            #expect(record.layerGradients.map(\.layer) == (isSampled ? ["conv1", "conv2", "conv3"] : []))
            #expect(record.layerGradients.allSatisfy { $0.values.count == 500 })
        }
        let error = #expect(throws: TrainingError.self) { try trainer.trainEpoch() }
        #expect(error?.code == .finished)
    }

    @Test(arguments: Norm.allCases)
    func `the last record tells of every test image, in their order, whether it is right`(norm: Norm) throws {
        let data = FormulaImages.dataSet(train: 24, test: 30)
        let records = try records(norm, data, testLimit: nil)
        #expect(records[0].outcomes == nil)
        let outcomes = try #require(records[1].outcomes)
        #expect(outcomes.count == 30)
        #expect(records[1].metrics.valAccuracy == 100 * Double(outcomes.rightCount) / 30)
        try #require((1..<30).contains(outcomes.rightCount), "all alike tells no order")
        // The first images are tested alone with the same network: so each bit is its own image's.
        for limit in [1, 2, 3, 5, 8, 13, 21, 29] {
            let some = try #require(try self.records(norm, data, testLimit: limit)[1].outcomes)
            #expect((0..<limit).map { some[$0] } == (0..<limit).map { outcomes[$0] }, "\(limit)")
        }
    }

    private func records(_ norm: Norm, _ data: DataSet, testLimit: Int?) throws -> [EpochRecord] {
        let parameters = TaskParameters(
            norm: norm, batchSize: 4, seed: 2, epochs: 2, learningRate: 0.01, testLimit: testLimit)
        let trainer = try Trainer(parameters: parameters, data: data)
        return try (0..<2).map { _ in try trainer.trainEpoch() }
    }

    @Test func `nothing is captured unless asked`() throws {
        let trainer = try Trainer(parameters: Self.parameters(epochs: 1, captures: false), data: Self.data)
        var steps: [StepReport] = []
        let record = try trainer.trainEpoch { steps.append($0) }
        #expect(record.gradientNorms.isEmpty && record.layerGradients.isEmpty)
        #expect(steps.map(\.gradientNorm) == [nil, nil, nil])
    }

    @Test func `capturing changes no metric`() throws {
        let plain = try Trainer(parameters: Self.parameters(epochs: 1, captures: false), data: Self.data).trainEpoch()
        let captured = try Trainer(parameters: Self.parameters(epochs: 1, captures: true), data: Self.data).trainEpoch()
        #expect(plain.metrics == captured.metrics)
    }

    @Test func `limits take the first images`() throws {
        var limited = Self.parameters(epochs: 1, captures: false)
        limited.trainLimit = 7
        limited.testLimit = 3
        let record = try Trainer(parameters: limited, data: Self.data).trainEpoch()
        let small = try Trainer(
            parameters: Self.parameters(epochs: 1, captures: false), data: FormulaImages.dataSet(train: 7, test: 3)
        ).trainEpoch()
        #expect(record == small)
    }

    @Test func `a loss that is not finite names its epoch and step`() throws {
        let trainer = try Trainer(parameters: Self.parameters(epochs: 2, captures: false), data: Self.data)
        _ = try trainer.trainEpoch()
        let state = trainer.checkpoint()
        // Every image that is not of the first class has a loss of 6e38, which is beyond single precision.
        let biases: [Float] = [3e38] + Array(repeating: -3e38, count: 9)
        let tensors = state.tensors.map { tensor in
            guard tensor.name == "fc2.bias" else { return tensor }
            return NamedTensor(tensor.name, shape: tensor.shape, values: .floats(biases))
        }
        let broken = Checkpoint(
            parameters: state.parameters, dataDigest: state.dataDigest, completedEpochs: 1, completedSteps: 3,
            tensors: tensors)
        let resumed = try Trainer(resuming: broken, data: Self.data)
        let error = try #require(#expect(throws: TrainingError.self) { try resumed.trainEpoch() })
        #expect(error.code == .diverged)
        #expect(error.message.hasPrefix("epoch 2, step 4: "))
    }

    @Test func `an empty data set is refused`() {
        let error = #expect(throws: TrainingError.self) {
            try Trainer(
                parameters: Self.parameters(epochs: 1, captures: false), data: FormulaImages.dataSet(train: 0, test: 1))
        }
        #expect(error?.code == .data)
    }

    @Test func `the best kernels are available`() {
        #expect(KernelSelection.best.isAvailable)
        #expect(KernelSelection.reference.isAvailable)
        #expect(Trainer.bestKernelsName() == KernelSelection.best.rawValue)
    }

    @Test(arguments: KernelSelection.allCases.filter { !$0.isAvailable })
    func `kernels that the processor lacks are refused`(kernels: KernelSelection) {
        let error = #expect(throws: TrainingError.self) {
            try Trainer(
                parameters: Self.parameters(epochs: 1, captures: false), data: Self.data,
                options: TrainerOptions(kernels: kernels))
        }
        #expect(error?.code == .kernels)
    }
}
