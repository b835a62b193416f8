import Experiment
import Kernels
import Training

/// What one trainer did in a cell.
struct TrainerFigures: Sendable {
    /// Seconds of a step of whole batches, in their order, and of its phases.
    var steps = Samples()
    var phases: [Phase: Samples] = [:]
    /// Images and seconds of all steps, those of smaller batches among them.
    var images = 0
    var seconds = 0.0
    /// Images and seconds of the validation passes.
    var evaluatedImages = 0
    var evaluationSeconds = 0.0
    /// Of the parameters at the end, which all trainers have the same.
    var digest = Digest()
    /// Of the last epoch, whose steps are in no other figure then.
    var ages: AgeComparison?
    let batchSize: Int

    init(batchSize: Int) {
        self.batchSize = batchSize
    }

    /// Images a second of a step that takes so long.
    func rate(seconds: Double) -> Double { Double(batchSize) / seconds }

    var meanRate: Double { Double(images) / seconds }

    var evaluationRate: Double { Double(evaluatedImages) / evaluationSeconds }

    /// Steps at either end whose rates are compared: a thousand, or half of all where they are fewer than two thousand.
    var endStepCount: Int { min(1_000, max(1, steps.values.count / 2)) }

    /// Images a second of the first steps and of the last.
    var firstRate: Double { rate(of: steps.values.prefix(endStepCount)) }
    var lastRate: Double { rate(of: steps.values.suffix(endStepCount)) }

    private func rate(of seconds: ArraySlice<Double>) -> Double {
        seconds.isEmpty ? 0 : Double(batchSize * seconds.count) / seconds.reduce(0, +)
    }

    /// The share of steps that took more than twice the median.
    var slowShare: Double {
        let bound = 2 * steps.median
        return Double(steps.values.count { $0 > bound }) / Double(max(1, steps.values.count))
    }
}

/// One trainer's part in the measurement of a cell: a task trained from its initial weights, as a worker trains it.
///
/// It starts where every user's training starts and is long enough for what comes with time, such as features that
/// die. A benchmark of the first seconds alone once hid that steps took half as long again from the second epoch on.
final class TrainingRun {
    private let trainer: Trainer
    private let data: DataSet
    private let options: TrainerOptions
    private let comparesAges: Bool
    private var figures: TrainerFigures
    private var phases = [Phase: Samples](minimumCapacity: Phase.allCases.count)
    /// Of the epoch.
    private var stepsDone = 0
    private var stepStart = ContinuousClock.now
    private var phaseStart = ContinuousClock.now

    init(cell: Cell, data: DataSet, plan: TrainingPlan, kernels: KernelSelection) throws {
        let parameters = TaskParameters(
            norm: cell.norm, batchSize: cell.batchSize, epochs: plan.epochs,
            trainLimit: plan.stepLimit.map { $0 * cell.batchSize } ?? plan.trainLimit, testLimit: plan.testLimit)
        self.data = data
        options = TrainerOptions(kernels: kernels)
        comparesAges = plan.comparesAges
        trainer = try Trainer(parameters: parameters, data: data, options: options)
        figures = TrainerFigures(batchSize: cell.batchSize)
    }

    /// Trains all epochs, at the same time as the others that meet at `start`.
    func measure(start: Rendezvous) throws -> TrainerFigures {
        start.wait()
        let epochs = trainer.parameters.epochs
        try train(until: comparesAges ? epochs - 1 : epochs)
        if comparesAges { figures.ages = try .measure(aged: trainer, data: data, options: options) }
        figures.phases = phases
        figures.digest.add(trainer.network.parameters, count: trainer.network.layout.count)
        return figures
    }

    private func train(until epochs: Int) throws {
        trainer.network.onPhase = { [unowned self] in endPhase($0) }
        defer { trainer.network.onPhase = nil }
        while trainer.completedEpochs < epochs { try trainEpoch() }
    }

    private func trainEpoch() throws {
        stepsDone = 0
        stepStart = .now
        phaseStart = stepStart
        _ = try trainer.trainEpoch { _ in
            let seconds = (ContinuousClock.now - stepStart) / .seconds(1)
            if isWholeBatch { figures.steps.add(seconds) }
            figures.seconds += seconds
            stepsDone += 1
            stepStart = .now
            phaseStart = stepStart
        }
        figures.images += trainer.imagesPerEpoch
        figures.evaluationSeconds += (ContinuousClock.now - stepStart) / .seconds(1)
        figures.evaluatedImages += trainer.imagesPerValidation
    }

    private var isWholeBatch: Bool { trainer.isWholeBatch(step: stepsDone + 1) }

    private func endPhase(_ phase: Phase) {
        let now = ContinuousClock.now
        if isWholeBatch { phases[phase, default: Samples()].add((now - phaseStart) / .seconds(1)) }
        phaseStart = now
    }
}

extension Trainer {
    /// Whether a step, counted from 1 in its epoch, is one of a whole batch: the last one may have a smaller one, and
    /// none follows when the validation begins.
    func isWholeBatch(step: Int) -> Bool { step * parameters.batchSize <= imagesPerEpoch }
}
