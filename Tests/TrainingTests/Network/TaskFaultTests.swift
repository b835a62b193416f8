import Experiment
import Statistics
import Testing
import Training

/// What `Experiment` says that a task's records and checkpoints are, held against what the trainer makes.
struct TaskFaultTests {
    private static let data: DataSet = {
        guard let data = try? DataSet.load(.shapes, directory: nil) else { preconditionFailure("shapes need no file") }
        return data
    }()

    /// A tiny task on the built-in images, drawn by lot: limits that divide the batch size and others.
    private static func task(_ lot: inout SeededRandom, norm: Norm, captures: Bool) -> SweepTask {
        let parameters = TaskParameters(
            norm: norm, batchSize: lot.integer(1...12), seed: lot.integer(0...1_000), epochs: lot.integer(1...4),
            learningRate: lot.pick([0, 0.001, 0.1, 10]), captureGradients: captures,
            trainLimit: lot.integer(1...24), testLimit: lot.integer(1...13))
        return SweepTask(parameters: parameters, data: .shapes, dataDigest: data.digest)
    }

    /// Of the epochs until the last one, or until the training diverges.
    private static func records(of task: SweepTask) throws -> [EpochRecord] {
        let trainer = try Trainer(parameters: task.parameters, data: data)
        var records: [EpochRecord] = []
        for _ in 1...task.parameters.epochs {
            guard let record = try? trainer.trainEpoch() else { break }
            records.append(record)
        }
        return records
    }

    @Test(arguments: Norm.allCases, [false, true])
    func `no record of a real training has a fault`(norm: Norm, captures: Bool) throws {
        var count = 0
        for seed in 0..<12 as Range<UInt64> {
            var lot = SeededRandom(seed: seed)
            let task = Self.task(&lot, norm: norm, captures: captures)
            for record in try Self.records(of: task) {
                #expect(record.fault(in: task) == nil, "seed \(seed), epoch \(record.epoch)")
                count += 1
            }
        }
        #expect(count >= 8)
    }

    private struct Change: Sendable {
        let field: String
        let apply: @Sendable (inout EpochRecord, inout SeededRandom, SweepTask) -> Void
    }

    private static let changes: [Change] = [
        Change(field: "epoch") { record, lot, task in
            record.epoch = lot.pick([0, -1, task.parameters.epochs + 1, .max, .min])
        },
        Change(field: "train_loss") { record, lot, _ in record.metrics.trainLoss = lot.pick(noLosses) },
        Change(field: "val_loss") { record, lot, _ in record.metrics.valLoss = lot.pick(noLosses) },
        Change(field: "train_acc") { record, lot, task in
            record.metrics.trainAccuracy = lot.noAccuracy(near: record.metrics.trainAccuracy, task.images.train)
        },
        Change(field: "val_acc") { record, lot, task in
            record.metrics.valAccuracy = lot.noAccuracy(near: record.metrics.valAccuracy, task.images.test)
        },
        Change(field: "gradient_norms") { record, lot, _ in
            record.gradientNorms.append(1)
            guard record.gradientNorms.count > 1, lot.chance(0.7) else { return }
            record.gradientNorms.removeFirst(2)
            if lot.chance(0.5) { record.gradientNorms.append(lot.pick([.nan, -.infinity, -1, -0.0])) }
        },
        Change(field: "layer_gradients") { record, lot, _ in
            guard !record.layerGradients.isEmpty else {
                return record.layerGradients = [LayerGradientSample(layer: "conv1", values: [])]
            }
            let layer = lot.integer(0...record.layerGradients.count - 1)
            switch lot.integer(0...4) {
            case 0: record.layerGradients[layer].layer = "conv\u{1b}"
            case 1: record.layerGradients[layer].values.removeLast()
            case 2: record.layerGradients[layer].values.append(0)
            case 3: record.layerGradients[layer].values[lot.integer(0...499)] = lot.pick([.nan, .infinity, -.infinity])
            default: record.layerGradients.remove(at: layer)
            }
        },
        Change(field: "outcomes") { record, lot, task in
            var bits = (0..<task.images.test).map { record.outcomes?[$0] ?? ($0 > 0) }
            let image = lot.integer(0...bits.count - 1)
            if lot.chance(0.5) { bits[image].toggle() } else { bits.append(false) }
            record.outcomes = ImageOutcomes(bits)
        },
    ]

    private static let noLosses: [Double] = [-0.0, -1, -1e300, 1e39, 1e300, .infinity, .nan]

    @Test(arguments: 0..<20 as Range<UInt64>)
    func `a record with one field changed names it`(seed: UInt64) throws {
        var lot = SeededRandom(seed: seed)
        let task = Self.task(&lot, norm: lot.pick(Norm.allCases), captures: lot.chance(0.7))
        for record in try Self.records(of: task) {
            for change in Self.changes {
                var changed = record
                change.apply(&changed, &lot, task)
                let fault = changed.fault(in: task)
                #expect(fault?.field == change.field, "seed \(seed), epoch \(record.epoch), \(change.field)")
                let text = try #require(fault?.description)
                #expect(text.count < 200 && text == text.withoutControls(), "seed \(seed): \(text)")
            }
        }
    }

    @Test func `a checkpoint has as many bytes as its norm says, whatever the length of its numbers`() throws {
        for norm in Norm.allCases {
            let short = TaskParameters(norm: norm, batchSize: 4, seed: 1, epochs: 3, trainLimit: 4, testLimit: 1)
            var long = TaskParameters(
                norm: norm, batchSize: 4096, seed: 4_294_967_295, epochs: 10_000, learningRate: 1.234567890123456e-38,
                captureGradients: true)
            long.trainLimit = 1_000_000
            long.testLimit = 1_000_000
            let tensors = try Trainer(parameters: short, data: Self.data).checkpoint().tensors
            for (parameters, number) in [(short, 1), (long, .max)] {
                let checkpoint = Checkpoint(
                    parameters: parameters, dataDigest: Self.data.digest, completedEpochs: number,
                    completedSteps: number, tensors: tensors)
                let label = CheckpointContent(epoch: 1, bytes: checkpoint.encoded()).label
                #expect(norm.checkpointBytes.contains(label.byteCount), "\(norm)")
            }
            #expect(norm.checkpointBytes.lowerBound == tensors.reduce(0) { $0 + $1.dataBytes }, "\(norm)")
        }
    }

    @Test func `each layer that is sampled has more weights than values are taken`() {
        let layout = ParameterLayout(norm: .batch)
        for layer in LayerGradientSample.layers {
            #expect(layout["\(layer).weight"].count > LayerGradientSample.valueCount)
        }
    }
}

extension NamedTensor {
    /// As safetensors has them.
    fileprivate var dataBytes: Int {
        switch values {
        case .floats(let values): 4 * values.count
        case .integers(let values): 8 * values.count
        }
    }
}

extension SeededRandom {
    /// What no number of `count` images gives: beyond all of them, or beside one.
    fileprivate mutating func noAccuracy(near accuracy: Double, _ count: Int) -> Double {
        pick([
            -0.0, -1, 100.0.nextUp, 1e300, .infinity, .nan, accuracy.nextUp, accuracy.nextDown,
            100 * 0.5 / Double(count),
        ])
    }
}
