import Experiment
import Kernels
import Training

/// Measures cells with several one-thread trainers at once, as a worker runs them.
struct EngineBench {
    let threads: BoundThreads
    let kernels: KernelSelection
    let plan: TrainingPlan
    let peakEffort: Effort

    /// FLOP a second of each trainer's core while the others are at work as well.
    func measurePeaks() throws -> [Double] {
        try threads.run { [kernels, peakEffort] _, start in
            let table = try kernels.table()
            start.wait()
            return MultiplierPeak.measure(table, effort: peakEffort)
        }
    }

    /// - Throws: where the trainers, which do the same, do not get the same bits, or a loss is not finite.
    func measure(_ cell: Cell) throws -> [TrainerFigures] {
        let figures = try threads.run { [kernels, plan] _, start in
            try TrainingRun(cell: cell, data: plan.data, plan: plan, kernels: kernels).measure(start: start)
        }
        guard Set(figures.map(\.digest)).count == 1 else {
            throw BenchFailure("\(cell): trainers of one seed got different parameters; the engine is at fault")
        }
        return figures
    }
}
