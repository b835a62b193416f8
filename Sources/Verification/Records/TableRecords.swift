import Experiment
import Reporting
import Statistics

/// The records of a sweep out of its published tables, whose numbers read back to the same bits.
///
/// Read where they lie, epoch by epoch: a table may be larger than memory.
package struct TableRecords: ReportSource {
    package let sweep: Sweep
    package let tasks: [SweepTask]
    private let epochs: TaskRows
    private let gradientNorms: TaskRows?
    private let layerGradients: TaskRows?
    private let outcomes: OutcomesTable

    /// - Parameters:
    ///   - dataDigest: of the images that the tasks were trained on.
    ///   - outcomes: the text of `outcomes.csv`.
    ///   - tables: those of `ReportFile.ofRecords` that are there.
    /// - Throws: `Finding` where a table is missing, or has rows of no task; `FileFault` where one cannot be read.
    package init(
        _ sweep: Sweep, dataDigest: DataDigest, outcomes: String, tables: (ReportFile) -> FileSlice?
    ) throws {
        self.sweep = sweep
        tasks = sweep.tasks(dataDigest: dataDigest)
        let keys = Self.keys(of: tasks, sweep)
        let empty = Report(results: SweepResults(sweep: sweep, tasks: tasks, records: [:]), attempts: [])
        func rows(_ file: ReportFile) throws -> TaskRows? {
            var header: [UInt8] = []
            guard try empty.read(file, { header += $0 }) else { return nil }
            guard let content = tables(file) else { throw Finding(file.rawValue, "is missing") }
            return try TaskRows(
                file, in: content, header: String(decoding: header.dropLast(), as: UTF8.self), keys: keys,
                keyCount: sweep.axes.count + 1)
        }
        guard let epochs = try rows(.epochs) else { preconditionFailure("a sweep without epochs.csv") }
        self.epochs = epochs
        gradientNorms = try rows(.gradientNorms)
        layerGradients = try rows(.layerGradients)
        self.outcomes = try OutcomesTable(outcomes, of: tasks)
    }

    /// With what the rows of each task begin: neither values of hyperparameters nor seeds need quotes.
    private static func keys(of tasks: [SweepTask], _ sweep: Sweep) -> [[UInt8]: TaskID] {
        var keys: [[UInt8]: TaskID] = [:]
        for task in tasks {
            let values = (sweep.values(of: task.parameters) ?? []).map(\.description) + ["\(task.parameters.seed)"]
            keys[values.flatMap { Array($0.utf8) + [UInt8(ascii: ",")] }] = task.id
        }
        return keys
    }

    /// The line of `epochs.csv` at which a task begins; `nil` where it has no record.
    package func line(of task: TaskID) -> Int? { epochs.line(of: task) }

    /// As `ReportSource` says: what executed the tasks is not in the records.
    ///
    /// - Throws: nothing.
    package func forEachAttempt(_ body: (AttemptRow) throws -> Void) throws {}

    /// As `RecordSource` says.
    package func outcomes(of task: SweepTask) -> ImageOutcomes? { outcomes[task.id] }

    /// As `RecordSource` says.
    ///
    /// - Throws: `Finding` where rows are none that a task can have, `FileFault` where they cannot be read; and what
    ///   `body` throws.
    package func forEachRecord(
        of task: SweepTask, from epoch: Int, limit: Int, gradients: Bool, _ body: (EpochRecord) throws -> Void
    ) throws {
        var reader = RecordReader(
            task, epochs: epochs.fields(of: task.id), norms: gradients ? gradientNorms?.fields(of: task.id) : nil,
            samples: gradients ? layerGradients?.fields(of: task.id) : nil,
            outcomes: gradients ? outcomes[task.id] : nil)
        var left = limit
        while left > 0, let record = try reader.next() {
            guard record.epoch >= epoch else { continue }
            left -= 1
            try body(record)
        }
        if left > 0 { try reader.end() }
    }
}

/// Puts the records of a task together out of its rows.
private struct RecordReader {
    private let task: SweepTask
    private var epochs: FieldCursor
    /// `nil` where nobody asks for gradients, or the sweep captures none.
    private var norms: FieldCursor?
    private var samples: FieldCursor?
    private let outcomes: ImageOutcomes?
    private var epoch = 0

    init(
        _ task: SweepTask, epochs: FieldCursor, norms: FieldCursor?, samples: FieldCursor?, outcomes: ImageOutcomes?
    ) {
        self.task = task
        self.epochs = epochs
        self.norms = norms
        self.samples = samples
        self.outcomes = outcomes
    }

    mutating func next() throws -> EpochRecord? {
        guard let fields = try epochs.next(1 + Metric.allCases.count) else { return nil }
        epoch += 1
        guard try epochs.whole(fields[0]) == epoch else {
            throw epochs.finding(
                "epoch \(shown(String(decoding: fields[0], as: UTF8.self))) stands where \(epoch) must")
        }
        let values = try fields.dropFirst().map { try epochs.double($0) }
        let metrics = EpochMetrics(
            trainLoss: values[0], valLoss: values[1], trainAccuracy: values[2], valAccuracy: values[3])
        var record = EpochRecord(epoch: epoch, metrics: metrics)
        if epoch == task.parameters.epochs { record.outcomes = outcomes }
        let readsGradients = norms != nil
        if readsGradients, task.parameters.captureGradients {
            record.gradientNorms = try gradientNorms()
            if task.parameters.samplesLayers(inEpoch: epoch) { record.layerGradients = try layerGradients() }
        }
        if let fault = record.fault(in: task, withGradients: readsGradients) {
            throw epochs.finding("\(fault)")
        }
        return record
    }

    /// Those of this epoch: steps count through all epochs.
    private mutating func gradientNorms() throws -> [Double] {
        var values: [Double] = []
        let count = task.stepsPerEpoch
        while values.count < count, let fields = try norms!.next(2) {
            let step = (epoch - 1) * count + values.count + 1
            guard try norms!.whole(fields[0]) == step else {
                throw norms!.finding(
                    "step \(shown(String(decoding: fields[0], as: UTF8.self))) stands where \(step) must")
            }
            values.append(try norms!.double(fields[1]))
        }
        return values
    }

    private mutating func layerGradients() throws -> [LayerGradientSample] {
        var layers: [LayerGradientSample] = []
        while let fields = try samples!.peek(3), try samples!.whole(fields[0]) == epoch {
            _ = try samples!.next(3)
            let (layer, value) = (String(decoding: fields[1], as: UTF8.self), try samples!.float(fields[2]))
            if layers.last?.layer != layer {
                guard layers.count < LayerGradientSample.layers.count else {
                    throw samples!.finding("\(shown(layer)) is a layer too many")
                }
                layers.append(LayerGradientSample(layer: layer, values: []))
            }
            guard layers[layers.count - 1].values.count < LayerGradientSample.valueCount else {
                throw samples!.finding("more values of \(shown(layer)) than are sampled")
            }
            layers[layers.count - 1].values.append(value)
        }
        return layers
    }

    /// Throws where rows are left that belong to no epoch.
    mutating func end() throws {
        if try norms?.next(2) != nil { throw norms!.finding("a step of no epoch of epochs.csv") }
        if try samples?.next(3) != nil { throw samples!.finding("a value of no epoch of epochs.csv") }
    }
}

extension EpochRecord {
    /// Why no trainer reports this; without its gradients, only what can be told without them.
    fileprivate func fault(in task: SweepTask, withGradients: Bool) -> TaskFault? {
        guard !withGradients, task.parameters.captureGradients else { return fault(in: task) }
        return metricFault(in: task)
    }
}
