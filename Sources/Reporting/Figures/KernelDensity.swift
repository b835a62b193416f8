import Experiment
import Statistics

/// A smooth density of some values: Gaussian kernels with Scott's bandwidth, as seaborn and scipy's `gaussian_kde` have
/// it by default. Its sums run in one order and it uses no function of the C library, whose last bit may differ between
/// two hosts: equal values give equal bits.
package struct KernelDensity {
    let values: [Double]
    /// n^(−1/5) times the standard deviation with n − 1.
    package let bandwidth: Double

    /// `nil` where the values have no spread, or are not finite.
    package init?(_ values: [Double]) {
        guard values.count > 1, values.allSatisfy(\.isFinite) else { return nil }
        let count = Double(values.count)
        let mean = pairwiseSum(values) / count
        let deviation = (squaredDeviations(values, from: mean) / (count - 1)).squareRoot()
        bandwidth = deviation / fifthRoot(count)
        guard bandwidth > 0, bandwidth.isFinite else { return nil }
        self.values = values
    }

    package func density(at x: Double) -> Double {
        let kernels = values.map { value in
            let distance = (x - value) / bandwidth
            return exponential(-0.5 * distance * distance)
        }
        return pairwiseSum(kernels) / (Double(values.count) * bandwidth * (2 * Double.pi).squareRoot())
    }

    /// Where a violin begins and ends: two bandwidths beyond the values, seaborn's `cut`.
    var extent: ClosedRange<Double> { (values.min()! - 2 * bandwidth)...(values.max()! + 2 * bandwidth) }
}

/// Newton's steps from above, which fall until rounding ends them; `value` is at least 1.
private func fifthRoot(_ value: Double) -> Double {
    var root = value
    while true {
        let next = root - (root - value / (root * root * root * root)) / 5
        guard next < root else { return root }
        root = next
    }
}
