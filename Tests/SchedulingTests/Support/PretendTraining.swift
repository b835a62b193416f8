import Experiment

/// What a trainer would compute: a pure function of the task and the epoch, as of a real one.
enum PretendTraining {
    static let digest = DataDigest(rawValue: String(repeating: "5", count: 64))!

    static func task(_ number: Int, epochs: Int) -> SweepTask {
        SweepTask(parameters: TaskParameters(seed: number, epochs: epochs), data: .shapes, dataDigest: digest)
    }

    static func record(of task: SweepTask, epoch: Int) -> EpochRecord {
        var random = SeededRandom(seed: UInt64(task.parameters.seed) << 16 | UInt64(epoch))
        let metrics = EpochMetrics(
            trainLoss: Double(random.next()), valLoss: Double(random.next()), trainAccuracy: Double(random.next()),
            valAccuracy: Double(random.next()))
        return EpochRecord(epoch: epoch, metrics: metrics, gradientNorms: [Double(random.next())])
    }

    /// The epoch in which the loss of this task stops being finite, on every host; `nil` for most.
    static func divergence(of task: SweepTask) -> Int? {
        task.parameters.seed % 11 == 7 ? task.parameters.epochs : nil
    }
}
