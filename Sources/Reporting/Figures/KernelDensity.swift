import Experiment

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

/// The quantile of ascending values by linear interpolation, as numpy's `percentile` has it by default.
package func quantile(_ share: Double, ofSorted values: [Double]) -> Double {
    let place = share * Double(values.count - 1)
    let below = Int(place)
    guard below + 1 < values.count else { return values[values.count - 1] }
    return values[below] + (values[below + 1] - values[below]) * (place - Double(below))
}

/// e^x for x ≤ 0, with a relative error below 1e-12: Taylor's series of e^(x/2^k), squared k times.
private func exponential(_ x: Double) -> Double {
    guard x > -700 else { return 0 }
    let halvings = x < -0.25 ? Int(x.exponent) + 3 : 0
    let reduced = Double(sign: .plus, exponent: -halvings, significand: x)
    var (term, sum) = (1.0, 1.0)
    for step in 1...12 {
        term *= reduced / Double(step)
        sum += term
    }
    for _ in 0..<halvings { sum *= sum }
    return sum
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
