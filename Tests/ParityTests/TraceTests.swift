import Experiment
import Testing
import Training
import TrainingFixtures

/// Training follows PyTorch's traces seed for seed.
struct TraceTests {
    @Test func `traces of every norm are there`() {
        #expect(Set(Trace.all.map(\.parameters.norm)) == Set(Norm.allCases))
        #expect(Trace.all.allSatisfy { !$0.losses.isEmpty })
    }

    /// With a learning rate of 0 this proves weights and order through all epochs, and the forward pass; with 0.001 the
    /// backward pass and Adam. Later steps drift apart by rounding, as PyTorch's own memory layouts do.
    ///
    /// Where two values of a pooling window, or a value and 0, are equal but for rounding, either choice is right and
    /// moves the gradient by 1e-5 to 1e-3 at once; PyTorch's float traces do that against its double ones too. Six
    /// steps of 64 images have five million windows, so a seed in two holds a tie at a Winograd convolution's rounding.
    /// The traces' seeds are such that none of the three meets one; where another rounding of the engine's brings one
    /// up, the next seed that has none takes its place.
    @Test(arguments: Trace.all)
    func `losses and gradient norms follow PyTorch's traces, seed for seed`(trace: Trace) throws {
        let trainer = try Trainer(
            parameters: trace.parameters,
            data: FormulaImages.dataSet(train: trace.parameters.trainLimit!, test: trace.parameters.testLimit!),
            options: TrainerOptions(reportsGradientNorms: true))
        var steps: [StepReport] = [], validationLosses: [Double] = []
        for _ in 0..<trace.parameters.epochs {
            validationLosses.append(try trainer.trainEpoch { steps.append($0) }.metrics.valLoss)
        }
        try #require(steps.count == trace.losses.count)
        #expect(steps.map(\.step) == Array(1...steps.count))

        let isFrozen = trace.parameters.learningRate == 0
        for (step, loss) in zip(steps, trace.losses) {
            #expect(abs(Double(step.loss) - loss) <= (isFrozen ? 1e-5 : 2e-5) * loss, "step \(step.step)")
        }
        for (step, norm) in zip(steps, trace.gradientNorms) {
            #expect(abs(try #require(step.gradientNorm) - norm) <= 1e-4 * norm, "step \(step.step)")
        }
        for (actual, expected) in zip(validationLosses, trace.validationLosses) where isFrozen {
            #expect(abs(actual - expected) <= 1e-5 * expected)
        }
    }
}
