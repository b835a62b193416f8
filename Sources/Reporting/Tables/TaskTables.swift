import Experiment

// Tables with the seed among their columns: what each task reported.

extension RecordSource {
    /// The axes in the order of the file, then `seed,epoch,train_loss,val_loss,train_acc,val_acc`: one row for every
    /// record, by point, seed and epoch.
    func writeEpochs(to pass: @escaping ([UInt8]) throws -> Void) throws {
        var table = try CSVText(
            columns: axisColumns + ["seed", "epoch"] + Metric.allCases.map(\.rawValue), to: pass)
        try forEachRow(gradients: false) { start, record in
            table.fields(encoded: start)
            table.field(record.epoch)
            for metric in Metric.allCases {
                table.field(record.metrics[metric])
            }
            try table.endRow()
        }
        try table.end()
    }

    /// The axes, then `seed,step,gradient_norm`: one row for every step of the tasks that capture gradients. Steps
    /// count from 1 through all epochs.
    func writeGradientNorms(to pass: @escaping ([UInt8]) throws -> Void) throws {
        var table = try CSVText(columns: axisColumns + ["seed", "step", "gradient_norm"], to: pass)
        try forEachRow(gradients: true) { start, record in
            for (index, norm) in record.gradientNorms.enumerated() {
                table.fields(encoded: start)
                table.field(step(index, in: record))
                table.field(norm)
                try table.endRow()
            }
        }
        try table.end()
    }

    /// The axes, then `seed,epoch,layer,value`: one row for every sampled value, in the order of the samples.
    func writeLayerGradients(to pass: @escaping ([UInt8]) throws -> Void) throws {
        var table = try CSVText(columns: axisColumns + ["seed", "epoch", "layer", "value"], to: pass)
        try forEachRow(gradients: true) { start, record in
            for sample in record.layerGradients {
                for value in sample.values {
                    table.fields(encoded: start)
                    table.field(record.epoch)
                    table.foreign(sample.layer)
                    table.field(value)
                    try table.endRow()
                }
            }
        }
        try table.end()
    }

    var axisColumns: [String] { sweep.axes.map(\.rawValue) }

    /// In the order of rows, each record with the encoded fields of its axes and seed.
    private func forEachRow(
        gradients: Bool, _ body: (_ start: [UInt8], EpochRecord) throws -> Void
    ) throws {
        for entry in tasksByPoint() {
            let values = entry.point.values.map(\.description)
            for task in entry.tasks {
                let start = CSVText.encoded(values + [String(task.parameters.seed)])
                try forEachRecord(of: task, gradients: gradients) { try body(start, $0) }
            }
        }
    }
}

/// Counts from 1 through all epochs, which have the same number of steps; the largest integer for an epoch that no
/// training reaches.
private func step(_ index: Int, in record: EpochRecord) -> Int {
    let (before, overflow) = (record.epoch - 1).multipliedReportingOverflow(by: record.gradientNorms.count)
    return overflow || before > .max - index - 1 ? .max : before + index + 1
}
