/// The sum of `values` with numpy's rounding, bit for bit: the order in which `numpy.add.reduce` adds a contiguous
/// float64 array (`pairwise_sum` in numpy/_core/src/umath/loops_utils.h.src).
///
/// Fewer than 8 values are added one by one; up to 128 go through eight accumulators; more are halved, the left half
/// rounded down to a multiple of 8. The error grows with log n instead of n.
package func pairwiseSum(_ values: some RandomAccessCollection<Double>) -> Double {
    // The reduction starts from 0, so a sum of negative zeros is 0.
    0 + values.withContiguousElements(pairwiseSum(contiguous:))
}

private func pairwiseSum(contiguous values: UnsafeBufferPointer<Double>) -> Double {
    let count = values.count
    if count < 8 { return values.reduce(0, +) }
    if count <= 128 { return blockSum(values) }
    let half = count / 2
    let middle = half - half % 8
    return pairwiseSum(contiguous: UnsafeBufferPointer(rebasing: values[..<middle]))
        + pairwiseSum(contiguous: UnsafeBufferPointer(rebasing: values[middle...]))
}

/// 8 to 128 values.
private func blockSum(_ values: UnsafeBufferPointer<Double>) -> Double {
    let whole = values.count - values.count % 8
    var sums = Array(values[..<8])
    for start in stride(from: 8, to: whole, by: 8) {
        for lane in 0..<8 {
            sums[lane] += values[start + lane]
        }
    }
    let sum = ((sums[0] + sums[1]) + (sums[2] + sums[3])) + ((sums[4] + sums[5]) + (sums[6] + sums[7]))
    return values[whole...].reduce(sum, +)
}

extension RandomAccessCollection {
    fileprivate func withContiguousElements<Result>(_ body: (UnsafeBufferPointer<Element>) -> Result) -> Result {
        withContiguousStorageIfAvailable(body) ?? ContiguousArray(self).withUnsafeBufferPointer(body)
    }
}

/// The sum of (x − centre)², added in numpy's order.
package func squaredDeviations(_ values: [Double], from centre: Double) -> Double {
    pairwiseSum(values.map { ($0 - centre) * ($0 - centre) })
}
