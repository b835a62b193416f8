import Experiment
import Testing

struct SweepResultsTests {
    private let digest = DataDigest(standingInFor: .shapes)

    /// bn and ln at two batch sizes, three seeds out of order, two epochs.
    private func sweep() throws -> Sweep {
        try Sweep(
            yaml: """
                name: results
                data: shapes
                grid:
                  norm: [ln, bn]
                  batch_size: [64, 8]
                  seed: [3, 1, 2]
                train: {epochs: 2}
                """, file: "results.yaml")
    }

    /// Every task complete; the validation accuracy tells point, seed and epoch.
    private func completeResults() throws -> SweepResults {
        let sweep = try sweep()
        let tasks = sweep.tasks(dataDigest: digest)
        let records = tasks.map { ($0.id, [record(of: $0, epoch: 1), record(of: $0, epoch: 2)]) }
        return SweepResults(sweep: sweep, tasks: tasks, records: Dictionary(uniqueKeysWithValues: records))
    }

    private func record(of task: SweepTask, epoch: Int) -> EpochRecord {
        let parameters = task.parameters
        let normPart = parameters.norm == .batch ? 10.0 : 0
        let accuracy = normPart + Double(parameters.batchSize) + 0.1 * Double(parameters.seed) - Double(epoch)
        return EpochRecord(
            epoch: epoch,
            metrics: EpochMetrics(trainLoss: 1, valLoss: 2, trainAccuracy: 50, valAccuracy: accuracy))
    }

    @Test func `points come in the order of their values and runs in the order of their seeds`() throws {
        let entries = try completeResults().tasksByPoint()
        #expect(
            entries.map { $0.point.values.map(\.description) }
                == [["bn", "8"], ["bn", "64"], ["ln", "8"], ["ln", "64"]])
        #expect(entries.allSatisfy { $0.tasks.map(\.parameters.seed) == [1, 2, 3] })
    }

    @Test func `an aggregate is over the seeds that have reached the epoch`() throws {
        var results = try completeResults()
        let late = try #require(results.tasks.first { $0.parameters.norm == .batch && $0.parameters.batchSize == 8 })
        results.records[late.id]?.removeLast()
        let rows = try results.aggregates()
        try #require(rows.count == 8)
        #expect(rows.prefix(2).map(\.epoch) == [1, 2])
        #expect(rows.prefix(2).map(\.metrics.n) == [3, 2])
        // The unfinished task is that of seed 3, the first in the file.
        let expected = SummaryStatistics([10 + 8 + 0.1 * 1 - 2, 10 + 8 + 0.1 * 2 - 2])
        #expect(rows[1].metrics[.valAccuracy] == expected)
    }

    @Test func `an epoch that no seed has reached has no row, and a point without a finished task has n = 0`() throws {
        let complete = try completeResults()
        let results = SweepResults(sweep: complete.sweep, tasks: complete.tasks, records: [:])
        #expect(try results.aggregates().isEmpty)
        let finals = try results.finalAggregates()
        #expect(finals.count == 4)
        #expect(finals.allSatisfy { $0.metrics.n == 0 && $0.metrics[.valLoss] == nil && $0.bestValAccuracy == nil })
    }

    @Test func `the best accuracy is the highest of any epoch, the final one that of the last`() throws {
        let final = try #require(try completeResults().finalAggregates().first)
        let last = [16 + 0.1 * 1, 16 + 0.1 * 2, 16 + 0.1 * 3]
        let mean = try #require(final.metrics[.valAccuracy]).mean
        #expect(abs(mean - last.reduce(0, +) / 3) < 1e-12)
        #expect(abs(try #require(final.bestValAccuracy).mean - mean - 1) < 1e-12)
    }

    @Test func `points that differ in one axis are compared, the lower value first`() throws {
        let rows = try completeResults().comparisons()
        #expect(
            rows.map { "\($0.axis.rawValue) \($0.first.values) \($0.second.values)" } == [
                "norm [bn, 8] [ln, 8]", "norm [bn, 64] [ln, 64]",
                "batch_size [bn, 8] [bn, 64]", "batch_size [ln, 8] [ln, 64]",
            ])
        try #require(rows.map { $0[.valAccuracy].n } == [3, 3, 3, 3])
        #expect(abs(try #require(rows[0][.valAccuracy].meanDifference) - 10) < 1e-12)
        #expect(abs(try #require(rows[2][.valAccuracy].meanDifference) + 56) < 1e-12)
    }

    @Test func `only seeds that have finished in both points are compared`() throws {
        var results = try completeResults()
        let late = try #require(results.tasks.first { $0.parameters.norm == .layer && $0.parameters.batchSize == 8 })
        results.records[late.id]?.removeLast()
        let row = try #require(results.comparisons().first)
        #expect(row[.valLoss].n == 2 && row.bestValAccuracy.n == 2)
    }

    @Test func `the order of tasks changes no row`() throws {
        let results = try completeResults()
        let reversed = SweepResults(sweep: results.sweep, tasks: results.tasks.reversed(), records: results.records)
        #expect(try reversed.aggregates() == results.aggregates())
        #expect(try reversed.finalAggregates() == results.finalAggregates())
        #expect(try reversed.comparisons() == results.comparisons())
    }

    @Test func `epochs without end are read some at a time, and their rows are those of reading them at once`() throws {
        var results = try completeResults()
        let tasks = results.tasks.filter { $0.parameters.norm == .batch && $0.parameters.batchSize == 8 }
        // One seed with gaps, one that ended early, and one far beyond a piece.
        let counts = [1: 70_000, 2: 30_000, 3: 150]
        for task in tasks {
            let step = task.parameters.seed == 3 ? 997 : 1
            results.records[task.id] = (1...counts[task.parameters.seed]!).map { record(of: task, epoch: $0 * step) }
        }
        let point = try #require(results.tasksByPoint().first)
        let rows = try results.aggregates().filter { $0.point == point.point }
        let byEpoch = Dictionary(grouping: point.tasks.flatMap { results.records[$0.id]! }, by: \.epoch)
        #expect(rows.map(\.epoch) == byEpoch.keys.sorted())
        #expect(rows.allSatisfy { $0.metrics == MetricStatistics(byEpoch[$0.epoch]!.map(\.metrics)) })
    }
}

extension RecordSource {
    fileprivate func aggregates() throws -> [Aggregate] {
        var rows: [Aggregate] = []
        try forEachAggregate { rows.append($0) }
        return rows
    }

    fileprivate func finalAggregates() throws -> [FinalAggregate] {
        var rows: [FinalAggregate] = []
        try forEachFinalAggregate { rows.append($0) }
        return rows
    }

    fileprivate func comparisons() throws -> [PointComparison] {
        var rows: [PointComparison] = []
        try forEachComparison { rows.append($0) }
        return rows
    }
}
