/// Which part of the spread over seeds a finite test set makes, and what is left (Jordan, On the Variance of Neural
/// Network Training with Respect to Test Sets and Distributions, ICLR 2024).
///
/// Let C be 1 where image i of N is right in run s of k, v_i its variance over seeds, and s² the variance of the
/// accuracy over seeds. Were the runs' errors on different images independent of each other given the image, the
/// accuracy would have the variance Σ v_i / N² (Jordan's example-wise independence): it shrinks with a larger test set,
/// and says nothing of better or worse networks. In expectation over test sets of N independent images s² = Σ v_i / N²
/// + (1 − 1/N) σ², where σ² is the variance over seeds of the accuracy on endless images. So σ² = N/(N − 1) (s² − Σ v_i
/// / N²). Both s² and v_i = k/(k − 1) p̂_i (1 − p̂_i), p̂_i being the share of runs that get image i right, divide by k
/// − 1 and are unbiased, hence so is σ², which therefore can come out below 0.
///
/// The same holds for a paired difference, with C the difference of two outcomes.
///
/// Assumes independent images and independent seeds. With few seeds s² itself is uncertain: at k = 5 its 95 % interval
/// reaches from 0.36 to 8.3 times its value. It does not say how the accuracy would change on other images; that
/// is `binomialError`.
public struct SpreadOverSeeds: Sendable, Hashable {
    /// How many seeds there are, k.
    public let n: Int
    /// How many test images there are, N.
    public let images: Int
    /// s² in squared percentage points; divides by k − 1.
    public let variance: Double
    /// Σ v_i / N² in squared percentage points.
    public let testSetVariance: Double

    /// s, in percentage points.
    public var deviation: Double { variance.squareRoot() }
    /// √(Σ v_i / N²), in percentage points: the std over seeds that the finite test set alone would give.
    public var testSetDeviation: Double { testSetVariance.squareRoot() }
    /// σ² in squared percentage points; below 0 where the runs vary less than the test set alone would make them.
    public var restVariance: Double { Double(images) / Double(images - 1) * (variance - testSetVariance) }
    /// σ in percentage points, 0 where σ² is below 0.
    public var restDeviation: Double { max(0, restVariance).squareRoot() }

    /// The spread of one point's runs. Undefined for fewer than two runs or two images.
    public static func of(_ outcomes: [ImageOutcomes]) -> Estimate<SpreadOverSeeds> {
        guard outcomes.count > 1, outcomes[0].count > 1 else { return .failure(.fewer(than: 2)) }
        return .success(SpreadOverSeeds(ImageDifferences(outcomes)))
    }

    /// The spread of the difference of two points' accuracies, by the same seeds in the same order.
    public static func of(_ first: [ImageOutcomes], _ second: [ImageOutcomes]) -> Estimate<SpreadOverSeeds> {
        precondition(first.count == second.count, "\(first.count) runs and \(second.count) are not pairs")
        guard first.count > 1, first[0].count > 1 else { return .failure(.fewer(than: 2)) }
        return .success(SpreadOverSeeds(ImageDifferences(first, second)))
    }

    /// How an accuracy in percent would vary over test sets of so many images, for one trained network:
    /// 100 √(p (1 − p) / N), in percentage points, the binomial standard error of Bouthillier et al. (MLSys 2021).
    ///
    /// It is larger than `testSetDeviation`, since other test sets have other, harder or easier, images.
    public static func binomialError(accuracy: Double, images: Int) -> Double {
        precondition(accuracy >= 0 && accuracy <= 100 && images > 0, "\(accuracy) % of \(images) images")
        return (accuracy * (100 - accuracy) / Double(images)).squareRoot()
    }

    /// With whole numbers up to the last division: k Σ x² − (Σ x)² is k (k − 1) times the variance.
    private init(_ differences: ImageDifferences) {
        let runs = differences.totals.count
        n = runs
        images = differences.sums.count
        let runCounts = differences.totals, squareCounts = runCounts.map { $0 * $0 }
        let total = runCounts.reduce(0, +)
        let spread = runs * squareCounts.reduce(0, +) - total * total
        let imageCounts = zip(differences.sums, differences.squares).map { runs * $1 - $0 * $0 }
        let imageSpread = imageCounts.reduce(0, +)
        let divisor = Double(runs * (runs - 1)) * Double(images) * Double(images) / 10_000
        variance = Double(spread) / divisor
        testSetVariance = Double(imageSpread) / divisor
    }
}
