import Experiment
import Kernels
import Training

/// What one trainer did in a cell.
struct TrainerFigures: Sendable {
    /// Seconds of a step, and of its phases.
    var steps = Samples()
    var phases: [Phase: Samples] = [:]
    /// Seconds of an evaluated batch.
    var evaluations = Samples()
    /// Of the last step.
    var loss: Float = 0
    /// Of the parameters after the warm-up, which all trainers have the same.
    var digest = Digest()
    let batchSize: Int

    init(batchSize: Int) {
        self.batchSize = batchSize
    }

    func rate(seconds: Double) -> Double { Double(batchSize) / seconds }

    /// Images a second over all steps.
    var meanRate: Double { Double(batchSize * steps.values.count) / steps.total }
}

/// One trainer's part in the measurement of a cell: the steps that `Trainer` takes, without an end of an epoch.
final class TrainingRun {
    private let cell: Cell
    private let data: DataSet
    private let trainer: Trainer
    private var order: [Int32]
    private var next = 0
    private var completedSteps = 0
    private var figures: TrainerFigures

    /// A prime: images are taken in a fixed order that leaps through them, as far apart as a shuffle's. `Trainer` draws
    /// that once an epoch, which is not measured here.
    private static let leap = 7_919

    init(cell: Cell, data: DataSet, kernels: KernelSelection) throws {
        self.cell = cell
        self.data = data
        var parameters = TaskParameters()
        parameters.norm = cell.norm
        parameters.batchSize = cell.batchSize
        trainer = try Trainer(parameters: parameters, data: data, options: TrainerOptions(kernels: kernels))
        let count = data.train.count
        order = (0..<count).map { Int32($0 * Self.leap % count) }
        figures = TrainerFigures(batchSize: cell.batchSize)
    }

    /// Warms up, then trains and evaluates at the same time as the others that meet at `start`.
    func measure(training: Effort, evaluation: Effort?, warmUpSteps: Int, start: Rendezvous) -> TrainerFigures {
        for _ in 0..<warmUpSteps { step() }
        figures.digest.add(trainer.network.parameters, count: trainer.network.layout.count)
        start.wait()
        train(for: training)
        start.wait()
        if let evaluation { evaluate(for: evaluation) }
        return figures
    }

    private func train(for effort: Effort) {
        var last = ContinuousClock.now
        let end = last + .seconds(effort.seconds)
        var phases = [Phase: Samples](minimumCapacity: Phase.allCases.count)
        trainer.network.onPhase = { phase in
            let now = ContinuousClock.now
            phases[phase, default: Samples()].add((now - last) / .seconds(1))
            last = now
        }
        defer { trainer.network.onPhase = nil }
        repeat {
            last = .now
            let start = last
            step()
            figures.steps.add((.now - start) / .seconds(1))
        } while last < end
        figures.phases = phases
    }

    private func step() {
        figures.loss = trainer.network.forward(data.train, indices: nextBatch(), isTraining: true).loss
        trainer.network.backward(images: cell.batchSize)
        completedSteps += 1
        trainer.network.adamStep(
            AdamCoefficients(step: completedSteps, learningRate: trainer.parameters.learningRate))
    }

    private func evaluate(for effort: Effort) {
        order = (0..<Int32(data.test.count)).map { $0 }
        next = 0
        let end = ContinuousClock.now + .seconds(effort.seconds)
        repeat {
            let start = ContinuousClock.now
            _ = trainer.network.forward(data.test, indices: nextBatch(), isTraining: false)
            figures.evaluations.add((.now - start) / .seconds(1))
        } while ContinuousClock.now < end
    }

    /// The next whole batch; after the last one, the first again.
    private func nextBatch() -> ArraySlice<Int32> {
        if next + cell.batchSize > order.count { next = 0 }
        defer { next += cell.batchSize }
        return order[next..<next + cell.batchSize]
    }
}
