import Foundation
import Training

/// What is trained in each cell.
struct TrainingPlan: Sendable {
    let data: DataSet
    /// What `data` is, in words.
    let title: String
    let epochs: Int
    /// Whether the last epoch is trained in turn with a fresh trainer's first.
    let comparesAges: Bool
    /// The first images only; `nil` for all.
    let trainLimit: Int?
    let testLimit: Int?
    /// Steps of an epoch, for a run that only shows that everything works; `nil` for all.
    let stepLimit: Int?

    /// - Parameter name: A directory with CIFAR-10, or `shapes`; `nil` for CIFAR-10 where the cache has it, else
    ///   `shapes`.
    init(
        data name: String?, epochs: Int, comparesAges: Bool, trainLimit: Int?, testLimit: Int?, isTiny: Bool
    ) throws {
        if isTiny {
            (data, title) = (try .load(.shapes, directory: nil), "shapes")
        } else {
            (data, title) = try Self.load(name)
        }
        self.comparesAges = comparesAges
        self.epochs = isTiny ? (comparesAges ? 2 : 1) : epochs
        self.trainLimit = trainLimit
        self.testLimit = isTiny ? 1 : testLimit
        stepLimit = isTiny ? 1 : nil
    }

    private static func load(_ name: String?) throws -> (data: DataSet, title: String) {
        if name == "shapes" { return (try .load(.shapes, directory: nil), "shapes") }
        if name != nil { return (try .load(.cifar10, directory: name), "CIFAR-10") }
        if let cached = try? DataSet.load(.cifar10, directory: nil) { return (cached, "CIFAR-10") }
        return (try .load(.shapes, directory: nil), "shapes, since the cache has no CIFAR-10 (sweep data fetch)")
    }

    /// The images of a cell, in words.
    var text: String {
        let times = epochs == 1 ? "once" : "\(epochs) times"
        return stepLimit == nil ? "\(title): \(trainCount), \(times)" : "\(title): those of one step, \(times) (--tiny)"
    }

    /// Images of an epoch.
    var trainCount: Int { min(trainLimit ?? data.train.count, data.train.count) }

    /// Whether a step of the cell has as many images as it should: only those are timed.
    func holdsWholeBatch(of cell: Cell) -> Bool {
        cell.batchSize <= (stepLimit == nil ? trainCount : data.train.count)
    }

    /// Writes the training images as CIFAR-10's records.
    func writeTrainingRecords(to path: String) throws {
        let records = data.train.prefix(trainCount)
        var bytes: [UInt8] = []
        bytes.reserveCapacity(records.count * ImageRecords.recordByteCount)
        for index in 0..<records.count {
            bytes.append(UInt8(records.label(at: index)))
            records.withPixels(at: index) { pixels in
                bytes.append(contentsOf: UnsafeBufferPointer(start: pixels, count: ImageRecords.pixelByteCount))
            }
        }
        try Data(bytes).write(to: URL(fileURLWithPath: path))
    }
}
