import Experiment
import Kernels
import Training

/// Measures cells with several one-thread trainers at once, as a worker runs them.
struct EngineBench {
    let threads: BoundThreads
    let kernels: KernelSelection
    let data: DataSet
    let plan: MeasuringPlan

    /// Seconds and counts, full or tiny.
    struct MeasuringPlan: Sendable {
        let training: Effort
        let evaluation: Effort
        let peak: Effort
        let warmUpSteps: Int
    }

    init(threads: BoundThreads, kernels: KernelSelection, largestBatch: Int, secondsPerCell: Double, isTiny: Bool) {
        self.threads = threads
        self.kernels = kernels
        let seconds = isTiny ? 0 : secondsPerCell
        plan = MeasuringPlan(
            training: Effort(seconds: 0.8 * seconds), evaluation: Effort(seconds: 0.2 * seconds),
            peak: Effort(seconds: isTiny ? 0.002 : 0.5), warmUpSteps: isTiny ? 1 : 3)
        data = FormulaImages.dataSet(
            trainCount: max(largestBatch, isTiny ? 1 : FormulaImages.trainCount),
            testCount: max(largestBatch, isTiny ? 1 : 2_048))
    }

    /// FLOP a second of each trainer's core while the others are at work as well.
    func measurePeaks() throws -> [Double] {
        try threads.run { [kernels, plan] _, start in
            let table = try kernels.table()
            start.wait()
            return MultiplierPeak.measure(table, effort: plan.peak)
        }
    }

    /// - Throws: where the trainers, which do the same, do not get the same bits, or a loss is not finite.
    func measure(_ cell: Cell) throws -> [TrainerFigures] {
        let figures = try threads.run { [data, kernels, plan] _, start in
            let run = try TrainingRun(cell: cell, data: data, kernels: kernels)
            return run.measure(
                training: plan.training, evaluation: plan.evaluation, warmUpSteps: plan.warmUpSteps, start: start)
        }
        return try Self.checked(figures, cell)
    }

    /// Images a second of all trainers together, on `data` and for `seconds`.
    func trainingRate(_ cell: Cell, seconds: Double) throws -> Double {
        let figures = try threads.run { [data, kernels, plan] _, start in
            let run = try TrainingRun(cell: cell, data: data, kernels: kernels)
            return run.measure(
                training: Effort(seconds: seconds), evaluation: nil, warmUpSteps: plan.warmUpSteps, start: start)
        }
        return try Self.checked(figures, cell).map(\.meanRate).reduce(0, +)
    }

    private static func checked(_ figures: [TrainerFigures], _ cell: Cell) throws -> [TrainerFigures] {
        guard Set(figures.map(\.digest)).count == 1 else {
            throw BenchFailure("\(cell): trainers of one seed got different parameters; the engine is at fault")
        }
        guard figures.allSatisfy(\.loss.isFinite) else {
            throw BenchFailure("\(cell): the loss is not finite; the engine is at fault")
        }
        return figures
    }
}
