import Experiment
import Kernels

/// Convolution → norm → ReLU → max pool in Double, as written in a textbook: the reference for gradients.
struct PlainBlock {
    struct Values {
        /// Dense images, channels innermost.
        var input: [Double]
        /// (row, column, input channel, output channel).
        var weights: [Double]
        var bias: [Double]
        var gamma: [Double]
        var beta: [Double]
    }

    struct Statistic {
        var mean: Double
        var variance: Double
    }

    let shape: ActivationShape
    let channels: Int
    let norm: Norm
    let images: Int

    /// Pooled outputs of the batch; with `statistics`, one a channel, batch norm uses those instead of its own.
    func outputs(_ values: Values, statistics: [Statistic]? = nil) -> [Double] {
        var raw = convolution(values)
        switch norm {
        case .none: break
        case .batch:
            let statistics =
                statistics ?? (0..<channels).map { channel in statistic(of: raw) { $0 % channels == channel } }
            normalize(&raw, values) { statistics[$0 % channels] }
        case .layer:
            let size = shape.pixels * channels
            let statistics = (0..<images).map { image in statistic(of: raw) { $0 / size == image } }
            normalize(&raw, values) { statistics[$0 / size] }
        }
        return pooled(raw)
    }

    func channelStatistics(_ values: Values) -> [Statistic] {
        let raw = convolution(values)
        return (0..<channels).map { channel in statistic(of: raw) { $0 % channels == channel } }
    }

    private func convolution(_ values: Values) -> [Double] {
        let C = shape.channels, H = shape.height, W = shape.width
        var raw = [Double](repeating: 0, count: images * shape.pixels * channels)
        values.input.withUnsafeBufferPointer { input in
            values.weights.withUnsafeBufferPointer { weights in
                raw.withUnsafeMutableBufferPointer { raw in
                    for place in 0..<images * H * W {
                        let (image, pixel) = place.quotientAndRemainder(dividingBy: H * W)
                        for k in 0..<channels { raw[place * channels + k] = values.bias[k] }
                        for tap in 0..<9 {
                            let row = pixel / W + tap / 3 - 1, column = pixel % W + tap % 3 - 1
                            guard (0..<H).contains(row), (0..<W).contains(column) else { continue }
                            for c in 0..<C {
                                let x = input[((image * H + row) * W + column) * C + c]
                                for k in 0..<channels {
                                    raw[place * channels + k] += x * weights[(tap * C + c) * channels + k]
                                }
                            }
                        }
                    }
                }
            }
        }
        return raw
    }

    private func statistic(of raw: [Double], where isMember: (Int) -> Bool) -> Statistic {
        let members = raw.indices.filter(isMember).map { raw[$0] }
        let mean = members.reduce(0, +) / Double(members.count)
        return Statistic(
            mean: mean, variance: members.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(members.count))
    }

    private func normalize(_ raw: inout [Double], _ values: Values, by statistic: (Int) -> Statistic) {
        for index in raw.indices {
            let statistic = statistic(index)
            raw[index] =
                (raw[index] - statistic.mean) / (statistic.variance + normEpsilon).squareRoot()
                * values.gamma[index % channels] + values.beta[index % channels]
        }
    }

    private func pooled(_ raw: [Double]) -> [Double] {
        let H = shape.height / 2, W = shape.width / 2
        var outputs: [Double] = []
        for place in 0..<images * H * W {
            let (image, pixel) = place.quotientAndRemainder(dividingBy: H * W)
            for k in 0..<channels {
                let window = (0..<4).map { corner in
                    let row = 2 * (pixel / W) + corner / 2, column = 2 * (pixel % W) + corner % 2
                    return raw[((image * shape.height + row) * shape.width + column) * channels + k]
                }
                outputs.append(max(0, window.max()!))
            }
        }
        return outputs
    }
}
