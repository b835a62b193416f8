/// What a batch's logits say against its labels.
public struct CrossEntropyResult: Sendable {
    /// The mean over the batch.
    public var loss: Float
    /// Images whose first greatest logit is their label's.
    public var correct: Int
}

/// Softmax cross entropy, averaged over the rows, and its gradient.
///
/// `logits` and `dLogits`: one row an image, `rowStride` floats apart. `labels`: one class an image, below
/// `size.columns`. `hits`: a value an image, set to whether it counts in `correct`. `dLogits` gets (softmax − one-hot)
/// / rows, or 0 below its `LeastMagnitude`. In Double inside: ten classes cost nothing, and the loss is rounded once.
public func softmaxCrossEntropy(
    logits: UnsafePointer<Float>, labels: UnsafePointer<Int>, size: MatrixSize, rowStride: Int,
    dLogits: UnsafeMutablePointer<Float>, hits: UnsafeMutablePointer<Bool>
) -> CrossEntropyResult {
    var total = 0.0, correct = 0
    withUnsafeTemporaryAllocation(of: Double.self, capacity: size.columns) { powers in
        for row in 0..<size.rows {
            let values = logits + row * rowStride, gradients = dLogits + row * rowStride
            var best = 0
            for column in 1..<size.columns where values[column] > values[best] { best = column }
            let maximum = Double(values[best])
            var sum = 0.0
            for column in 0..<size.columns {
                powers[column] = exponential(Double(values[column]) - maximum)
                sum += powers[column]
            }
            for column in 0..<size.columns {
                let target = column == labels[row] ? 1.0 : 0.0
                gradients[column] = kept(
                    (powers[column] / sum - target) / Double(size.rows), atLeast: LeastMagnitude.logitGradient)
            }
            total += naturalLogarithm(sum) - (Double(values[labels[row]]) - maximum)
            hits[row] = best == labels[row]
            correct += hits[row] ? 1 : 0
        }
    }
    return CrossEntropyResult(loss: Float(total / Double(size.rows)), correct: correct)
}
