import Training

/// The steps of a trainer's last epoch beside those of a fresh trainer's first, of the same task, trained in turn on
/// one core.
///
/// From a run's first steps to its last the machine's neighbours change by more than the engine does. In turn, both
/// have the same ones. Two things are left that the mean feels and the median does not: the fresh trainer touches its
/// memory for the first time, and the first step of each turn finds the other's data in the caches.
struct AgeComparison: Sendable {
    static let stepsPerTurn = 25

    let batchSize: Int
    /// Seconds of a step of whole batches, in their order; as many of the one as of the other.
    let aged: Samples
    let fresh: Samples

    /// Trains and validates the next epoch of `aged`, and the first of a trainer made in the same way.
    ///
    /// - Throws: where a loss is not finite.
    static func measure(aged: Trainer, data: DataSet, options: TrainerOptions) throws -> AgeComparison {
        let parameters = aged.parameters
        let (agedSteps, freshSteps) = try TurnTaking.run { pass in
            try stepTimes(of: aged, passTurn: pass)
        } second: { pass in
            // Made in its first turn, so that nothing is done beside the other's steps.
            try stepTimes(of: Trainer(parameters: parameters, data: data, options: options), passTurn: pass)
        }
        return AgeComparison(batchSize: parameters.batchSize, aged: agedSteps, fresh: freshSteps)
    }

    /// Trains an epoch; the time that the other takes in its turns is in no step.
    private static func stepTimes(of trainer: Trainer, passTurn: () -> Void) throws -> Samples {
        var samples = Samples(), step = 0, start = ContinuousClock.now
        _ = try trainer.trainEpoch { _ in
            let seconds = (ContinuousClock.now - start) / .seconds(1)
            step += 1
            if trainer.isWholeBatch(step: step) { samples.add(seconds) }
            if step.isMultiple(of: stepsPerTurn) { passTurn() }
            start = .now
        }
        return samples
    }
}
