import Console
import Experiment
import Testing

/// Which point is ahead.
struct ScoreboardTests {
    private let sweep: Sweep
    private let tasks: [SweepTask]

    init() throws {
        sweep = try sampleSweep()
        tasks = sweep.tasks(dataDigest: DataDigest(standingInFor: .shapes))
    }

    private func record(_ epoch: Int, _ accuracy: Double) -> EpochRecord {
        EpochRecord(
            epoch: epoch,
            metrics: EpochMetrics(trainLoss: 1, valLoss: 1, trainAccuracy: 50, valAccuracy: accuracy))
    }

    private func task(_ norm: Norm, seed: Int) -> SweepTask {
        tasks.first { $0.parameters.norm == norm && $0.parameters.seed == seed }!
    }

    @Test func `no point is ahead before the first record, and then the highest epoch is`() {
        var board = Scoreboard(sweep)
        var best = board.best()
        #expect(best == nil)
        board.add(record(1, 40), of: task(.batch, seed: 1))
        board.add(record(1, 60), of: task(.layer, seed: 2))
        best = board.best()
        #expect(best == "val_acc 60.00 % norm=ln seed=2, epoch 1")
    }

    @Test func `finished seeds count by their mean in the last epoch`() {
        var board = Scoreboard(sweep)
        board.add(record(1, 99), of: task(.layer, seed: 1))
        board.add(record(2, 70), of: task(.batch, seed: 1))
        board.add(record(2, 72), of: task(.batch, seed: 2))
        board.add(record(2, 70.5), of: task(.layer, seed: 1))
        let best = board.best()
        #expect(best == "val_acc 71.00 ± 1.00 % norm=bn, 2 of 2 seeds")
    }
}
