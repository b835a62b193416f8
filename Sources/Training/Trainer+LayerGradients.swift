import Experiment

extension Trainer {
    /// At the middle batch of the epochs in which layers are sampled.
    func capturesLayers(epoch: Int, batch: Int) -> Bool {
        batch == stepsPerEpoch / 2 && parameters.samplesLayers(inEpoch: epoch)
    }

    /// Some values of each convolution's weight gradient, in PyTorch's order of weights.
    func sampleLayerGradients(epoch: Int) -> [LayerGradientSample] {
        LayerGradientSample.layers.enumerated().map { index, layer in
            let tensor = network.layout["\(layer).weight"]
            let indices = GradientSample.indices(
                count: tensor.count, seed: parameters.seed, epoch: epoch, layer: index)
            return LayerGradientSample(
                layer: layer,
                values: indices.map { network.gradients[tensor.offset + tensor.engineIndex($0)] })
        }
    }
}
