import Experiment
import Foundation
import Statistics
import SwiftProtobuf

/// The fields of a record. The network and a trainer's pipe have messages of their own, which say it alike.
protocol RecordFields: SwiftProtobuf.Message {
    associatedtype Layer: LayerFields
    associatedtype Outcomes: ImageOutcomeFields
    var epoch: UInt32 { get set }
    var trainLoss: Double { get set }
    var valLoss: Double { get set }
    var trainAccuracy: Double { get set }
    var valAccuracy: Double { get set }
    var gradientNorms: [Double] { get set }
    var layerGradients: [Layer] { get set }
    var outcomes: Outcomes { get set }
    var hasOutcomes: Bool { get }
}

protocol LayerFields: SwiftProtobuf.Message {
    var layer: String { get set }
    var values: [Float] { get set }
}

protocol ImageOutcomeFields: SwiftProtobuf.Message {
    var count: UInt32 { get set }
    var bits: Data { get set }
}

extension PBLayerGradients: LayerFields {}
extension PBTrainerLayerGradients: LayerFields {}
extension PBImageOutcomes: ImageOutcomeFields {}
extension PBTrainerImageOutcomes: ImageOutcomeFields {}
extension PBTrainerRecord: RecordFields {}

extension PBRecord: RecordFields {
    init(_ key: AttemptKey, _ record: EpochRecord) {
        self.init(record)
        attempt = PBAttemptName(key)
    }
}

extension RecordFields {
    init(_ record: EpochRecord) {
        self.init()
        epoch = UInt32(record.epoch)
        trainLoss = record.metrics.trainLoss
        valLoss = record.metrics.valLoss
        trainAccuracy = record.metrics.trainAccuracy
        valAccuracy = record.metrics.valAccuracy
        gradientNorms = record.gradientNorms
        layerGradients = record.layerGradients.map { sample in
            var message = Layer()
            message.layer = boundedName(sample.layer)
            message.values = sample.values
            return message
        }
        if let known = record.outcomes { outcomes = Outcomes(known) }
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

extension ImageOutcomeFields {
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
