import Statistics

/// The finished runs of a point, with which test images each of them got right.
public struct PointOutcomes: Sendable {
    public struct Run: Sendable {
        public let seed: Int
        public let outcomes: ImageOutcomes
    }

    public let point: Point
    /// By seed, ascending: those that tell it.
    public let runs: [Run]
    /// How many finished runs do not tell it: an earlier version trained them.
    public let missingCount: Int
}

/// One row of `noise.csv`: how much the final validation accuracy of a point varies over seeds, and which part of that
/// a finite test set alone would give.
public struct PointNoise: Sendable {
    public let point: Point
    /// How many runs are in it.
    public let n: Int
    /// How many finished runs are not, since an earlier version trained them.
    public let missingCount: Int
    /// How many test images there are; `nil` without runs.
    public let images: Int?
    /// Jordan's decomposition of the variance over seeds (`SpreadOverSeeds`).
    public let spread: Estimate<SpreadOverSeeds>
    /// The mean over the runs, in percent.
    public let accuracy: Estimate<Double>

    init(_ outcomes: PointOutcomes) {
        let runs = outcomes.runs.map(\.outcomes)
        (point, n, missingCount) = (outcomes.point, runs.count, outcomes.missingCount)
        images = runs.first?.count
        spread = SpreadOverSeeds.of(runs)
        guard let images else {
            accuracy = .failure(.fewer(than: 1))
            return
        }
        let right = runs.reduce(0) { $0 + $1.rightCount }
        accuracy = .success(100 * Double(right) / (Double(images) * Double(runs.count)))
    }

    /// How the accuracy of one network would vary over other test sets of so many images, in percentage points: the
    /// binomial standard error 100 √(p (1 − p) / N), each image being right with probability p, with the mean accuracy
    /// as p (Bouthillier et al., Accounting for Variance in Machine Learning Benchmarks, MLSys 2021).
    public var binomialError: Estimate<Double> {
        accuracy.map { SpreadOverSeeds.binomialError(accuracy: $0, images: images ?? 0) }
    }
}

extension SpreadOverSeeds {
    /// Which share of the variance over seeds the finite test set alone would give. Above 1 where the runs vary less
    /// than that.
    public var testSetShare: Estimate<Double> {
        variance > 0 ? .success(testSetVariance / variance) : .failure(.noVariance)
    }
}

extension RecordSource {
    /// By point; each has a row, with n = 0 where no finished seed tells which images it got right. A point of 5 seeds
    /// and 10,000 images takes 0.4 ms (Zen 4 server, November 2026).
    ///
    /// - Throws: what reading a record throws, and what `body` throws.
    public func forEachPointNoise(_ body: (PointNoise) throws -> Void) throws {
        for entry in tasksByPoint() { try body(PointNoise(pointOutcomes(of: entry))) }
    }

    func pointOutcomes(of entry: PointTasks) throws -> PointOutcomes {
        var runs: [PointOutcomes.Run] = []
        var missing = 0
        for task in entry.tasks {
            if let outcomes = try outcomes(of: task) {
                runs.append(PointOutcomes.Run(seed: task.parameters.seed, outcomes: outcomes))
            } else if try isFinished(task) {
                missing += 1
            }
        }
        return PointOutcomes(point: entry.point, runs: runs, missingCount: missing)
    }

    /// Whether the record of a task's last epoch is stored.
    ///
    /// - Throws: what reading a record throws.
    public func isFinished(_ task: SweepTask) throws -> Bool {
        var isFinished = false
        try forEachRecord(of: task, from: task.parameters.epochs, limit: 1, gradients: false) { _ in isFinished = true }
        return isFinished
    }
}
