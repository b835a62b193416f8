import Experiment
import Foundation
import Statistics

extension PBRecord {
    init(_ key: AttemptKey, _ record: EpochRecord) {
        self.init()
        attempt = PBAttemptName(key)
        epoch = UInt32(record.epoch)
        trainLoss = record.metrics.trainLoss
        valLoss = record.metrics.valLoss
        trainAccuracy = record.metrics.trainAccuracy
        valAccuracy = record.metrics.valAccuracy
        gradientNorms = record.gradientNorms
        layerGradients = record.layerGradients.map { sample in
            var message = PBLayerGradients()
            message.layer = boundedName(sample.layer)
            message.values = sample.values
            return message
        }
        if let known = record.outcomes { outcomes = PBImageOutcomes(known) }
    }

    func checked() throws(WireError) -> EpochRecord {
        let metrics = EpochMetrics(
            trainLoss: trainLoss, valLoss: valLoss, trainAccuracy: trainAccuracy, valAccuracy: valAccuracy)
        for metric in Metric.allCases where !metrics[metric].isFinite {
            // A trainer ends such an attempt as diverged; a database would store NaN as nothing.
            throw WireError(.malformed, "\(metric.rawValue): not a finite number")
        }
        var samples: [LayerGradientSample] = []
        for sample in layerGradients {
            let layer = try checkedName(sample.layer, named: "layer")
            samples.append(LayerGradientSample(layer: layer, values: sample.values))
        }
        return EpochRecord(
            epoch: try checkedEpoch(epoch), metrics: metrics, gradientNorms: gradientNorms, layerGradients: samples,
            outcomes: hasOutcomes ? try outcomes.checked() : nil)
    }
}

extension PBImageOutcomes {
    init(_ outcomes: ImageOutcomes) {
        self.init()
        count = UInt32(outcomes.count)
        bits = Data(outcomes.bytes)
    }

    func checked() throws(WireError) -> ImageOutcomes {
        guard (1...UInt32(Limits.testImages)).contains(count) else {
            throw WireError(.malformed, "outcomes: \(count) images, not 1 to \(Limits.testImages)")
        }
        guard let outcomes = ImageOutcomes(count: Int(count), bytes: bits) else {
            throw WireError(.malformed, "outcomes: \(bits.count) bytes are no bits of \(count) images")
        }
        return outcomes
    }
}
