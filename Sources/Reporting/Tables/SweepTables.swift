import Experiment

/// What the figures show, as it stands in the tables of a sweep: the CSV files are all that they are made of, so the
/// same files give the same figures, wherever they lie.
public struct SweepTables: Sendable {
    let axes: [Hyperparameter]
    /// `final.csv` has every point, also those without a record. Ascending.
    let finals: [FinalRow]
    /// By epoch, ascending.
    let aggregates: [PointValues: [AggregateRow]]
    /// The last record of each seed.
    let lastRecords: [PointValues: [Int: LastRecord]]
    let seeds: Set<Int>
    /// `nil` where the sweep captures no gradients.
    let gradientNorms: [PointValues: GradientNormTrace]?
    let layerGradients: [PointValues: LayerGradientTable]?

    /// - Parameter content: the bytes of a file; `nil` where there is none.
    /// - Throws: `TableFault`, and what `content` throws.
    public init(content: (ReportFile) throws -> [UInt8]?) throws {
        func bytes(_ file: ReportFile) throws -> [UInt8] {
            guard let bytes = try content(file) else {
                throw TableFault("missing; sweep export writes the tables of a run directory", file: file.rawValue)
            }
            return bytes
        }
        let (axes, finals) = try readFinals(try bytes(.final))
        self.axes = axes
        self.finals = finals
        aggregates = try readAggregates(try bytes(.aggregate), axes: axes)
        lastRecords = try readLastRecords(try bytes(.epochs), axes: axes)
        seeds = Set(lastRecords.values.flatMap(\.keys))
        gradientNorms = try content(.gradientNorms).map { try readGradientNorms($0, axes: axes) }
        layerGradients = try content(.layerGradients).map { try readLayerGradients($0, axes: axes) }
    }

    /// The tables of a report, without a way over files.
    public init(_ report: Report) throws(TableFault) {
        do {
            try self.init { report.content(of: $0) }
        } catch {
            // Nothing else is thrown, since the report's content comes without a fault.
            throw error as! TableFault
        }
    }
}

/// A mean with its standard deviation, which divides by n.
struct Spread: Sendable, Equatable {
    let mean: Double
    let deviation: Double
}

/// A row of `final.csv`.
struct FinalRow: Sendable {
    let point: PointValues
    /// How many seeds have finished.
    let n: Int
    /// Of the last epoch; `nil` where no seed has finished.
    let metrics: [Metric: Spread]
    let bestValAccuracy: Spread?
}

/// A row of `aggregate.csv`, without its point.
struct AggregateRow: Sendable {
    let epoch: Int
    let n: Int
    let metrics: [Metric: Spread]
}

/// From `epochs.csv`.
struct LastRecord: Sendable {
    var epoch: Int
    var valAccuracy: Double
    var bestValAccuracy: Double
}

/// The gradient norms of the first seed of a point, the lowest of those that have any.
struct GradientNormTrace: Sendable {
    let seed: Int
    var steps: [Int] = []
    var norms: [Double] = []
}

/// The sampled gradients of a point, of all its seeds together.
struct LayerGradientTable: Sendable {
    private(set) var seeds: Set<Int> = []
    /// In the order of the table, which is the order of the network.
    private(set) var layers: [String] = []
    private(set) var values: [Int: [String: [Double]]] = [:]

    mutating func add(_ value: Double, seed: Int, epoch: Int, layer: String) {
        seeds.insert(seed)
        if !layers.contains(layer) { layers.append(layer) }
        values[epoch, default: [:]][layer, default: []].append(value)
    }
}
