import Experiment

extension Trainer {
    /// Layer gradients are sampled at the middle batch of the first, the middle and the last epoch.
    func capturesLayers(epoch: Int, batch: Int) -> Bool {
        parameters.captureGradients && batch == stepsPerEpoch / 2
            && [1, parameters.epochs / 2 + 1, parameters.epochs].contains(epoch)
    }

    /// At most 500 values of each convolution's weight gradient, in PyTorch's order of weights.
    func sampleLayerGradients(epoch: Int) -> [LayerGradientSample] {
        (1...3).map { layer in
            let tensor = network.layout["conv\(layer).weight"]
            let indices = GradientSample.indices(
                count: tensor.count, seed: parameters.seed, epoch: epoch, layer: layer - 1)
            return LayerGradientSample(
                layer: "conv\(layer)",
                values: indices.map { network.gradients[tensor.offset + tensor.engineIndex($0)] })
        }
    }
}
