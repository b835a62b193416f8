/// What a finite test set leaves open of the difference between two points: the paired bootstrap over its images.
///
/// Each image has the mean of (first right − second right) over the paired seeds; a resample draws as many images with
/// replacement, and the interval holds the middle 95 % of the resamples' means (Efron and Tibshirani 1993, chapter 13;
/// Koehn, EMNLP 2004, for paired outcomes). All 10,000 and more resamples of a usual bootstrap only approximate a
/// distribution that can be had: with k seeds an image's sum is a whole number from −k to k, and the sum over N drawn
/// images has the N-fold convolution of the images' histogram. So this is the bootstrap of infinitely many resamples,
/// with no random number in it.
///
/// Assumes that the images are a sample of independent images. The networks are taken as they are: the spread over
/// seeds is not in the interval, so it is no answer to whether a setting is better.
public struct ImageBootstrap: Sendable, Hashable {
    /// The accuracy of the first less that of the second, in percentage points.
    public let difference: Double
    /// In percentage points. Undefined as `no variance` where all images have the same difference.
    public let interval: Estimate<ClosedRange<Double>>

    /// `first` and `second` by the same seeds in the same order, of one test set. Undefined without pairs, and for
    /// fewer than two images.
    public static func of(_ first: [ImageOutcomes], _ second: [ImageOutcomes]) -> Estimate<ImageBootstrap> {
        precondition(first.count == second.count, "\(first.count) runs and \(second.count) are not pairs")
        guard let images = first.first?.count else { return .failure(.fewer(than: 1)) }
        guard images > 1 else { return .failure(.fewer(than: 2)) }
        let differenceCounts = ImageDifferences(first, second).sums
        let scale = 100 / (Double(images) * Double(first.count))
        return .success(
            ImageBootstrap(
                difference: Double(differenceCounts.reduce(0, +)) * scale,
                interval: interval(differenceCounts, runs: first.count).map {
                    ($0.lowerBound * scale)...($0.upperBound * scale)
                }))
    }

    /// The interval of the resampled sum; `runs` bounds every element of `sums`.
    private static func interval(_ sums: [Int], runs: Int) -> Estimate<ClosedRange<Double>> {
        guard sums.contains(where: { $0 != sums[0] }) else { return .failure(.noVariance) }
        var histogram = Array(repeating: 0.0, count: 2 * runs + 1)
        for sum in sums { histogram[sum + runs] += 1 }
        let image = WholeNumberDistribution(
            least: -runs, probabilities: histogram.map { $0 / Double(sums.count) })
        let total = image.sum(ofCopies: sums.count)
        return .success(Double(total.lowerQuantile(0.025))...Double(total.upperQuantile(0.025)))
    }
}
