import Experiment

/// The mean over the seeds of a point, epoch by epoch, as records arrive.
///
/// For the eye: the order of arrival decides the last bits of these sums. `aggregate.csv` has the exact ones.
package struct Curve: Sendable, Equatable {
    private var counts: [Int] = []
    private var accuracySums: [Double] = []
    private var lossSums: [Double] = []

    /// At one epoch, over the seeds that have reached it.
    package struct Mean: Sendable, Equatable {
        package var epoch: Int
        package var n: Int
        package var valAccuracy: Double
        package var valLoss: Double
    }

    mutating func add(_ metrics: EpochMetrics, epoch: Int) {
        let missing = epoch - counts.count
        if missing > 0 {
            counts += Array(repeating: 0, count: missing)
            accuracySums += Array(repeating: 0, count: missing)
            lossSums += Array(repeating: 0, count: missing)
        }
        counts[epoch - 1] += 1
        accuracySums[epoch - 1] += metrics.valAccuracy
        lossSums[epoch - 1] += metrics.valLoss
    }

    /// By epoch; none for an epoch that no seed has reached.
    package var means: [Mean] {
        counts.indices.compactMap { index in
            let n = counts[index]
            guard n > 0 else { return nil }
            return Mean(
                epoch: index + 1, n: n, valAccuracy: accuracySums[index] / Double(n),
                valLoss: lossSums[index] / Double(n))
        }
    }

    /// Where the seeds that have begun stand together: the last epoch that all of them have reached.
    package var latest: Mean? {
        let means = means
        let most = means.map(\.n).max()
        return means.last { $0.n == most }
    }
}
