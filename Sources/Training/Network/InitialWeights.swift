/// The weights that `torch.manual_seed(s)` and the notebook's constructors give.
///
/// Per layer in the order conv1, conv2, conv3, fc1, fc2, weight then bias are uniform within ±1/√fan_in: PyTorch's
/// `kaiming_uniform_(a=√5)` for the weights, whose bound √3 · √(2 / 6) / √fan_in rounds to the same Float here. Norms
/// draw nothing: their weight is 1 and their bias 0. Source: torch/nn/modules/conv.py and linear.py,
/// `reset_parameters`.
enum InitialWeights {
    static func draw(
        layout: ParameterLayout, generator: inout MersenneTwister, into buffer: UnsafeMutablePointer<Float>
    ) {
        for layer in ["conv1", "conv2", "conv3", "fc1", "fc2"] {
            let weight = layout["\(layer).weight"]
            let fanIn = weight.shape.dropFirst().reduce(1, *)
            let root = Double(fanIn).squareRoot()
            let weightBound = Float(Double(3).squareRoot() * ((2.0 / 6.0).squareRoot() / root))
            for tensor in [(weight, weightBound), (layout["\(layer).bias"], Float(1 / root))] {
                let (specification, bound) = tensor
                let values = (0..<specification.count).map { _ in generator.uniform(from: -bound, to: bound) }
                specification.write(values, to: buffer)
            }
        }
        for layer in 1...3 where layout.contains("norm\(layer).weight") {
            let gamma = layout["norm\(layer).weight"]
            gamma.write([Float](repeating: 1, count: gamma.count), to: buffer)
        }
    }
}
