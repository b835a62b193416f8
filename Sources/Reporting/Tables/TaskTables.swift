import Experiment

// Tables with the seed among their columns: what each task reported.

extension SweepResults {
    /// The axes in the order of the file, then `seed,epoch,train_loss,val_loss,train_acc,val_acc`: one row for every
    /// record, by point, seed and epoch.
    func epochsCSV() -> [UInt8] {
        var table = CSVText(columns: axisColumns + ["seed", "epoch"] + Metric.allCases.map(\.rawValue))
        forEachRecord { start, record in
            table.fields(encoded: start)
            table.field(record.epoch)
            for metric in Metric.allCases {
                table.field(record.metrics[metric])
            }
            table.endRow()
        }
        return table.bytes
    }

    /// The axes, then `seed,step,gradient_norm`: one row for every step of the tasks that capture gradients. Steps
    /// count from 1 through all epochs.
    func gradientNormsCSV() -> [UInt8] {
        var table = CSVText(columns: axisColumns + ["seed", "step", "gradient_norm"])
        forEachRecord { start, record in
            // All epochs of a task have the same number of steps.
            let stepsBefore = (record.epoch - 1) * record.gradientNorms.count
            for (index, norm) in record.gradientNorms.enumerated() {
                table.fields(encoded: start)
                table.field(stepsBefore + index + 1)
                table.field(norm)
                table.endRow()
            }
        }
        return table.bytes
    }

    /// The axes, then `seed,epoch,layer,value`: one row for every sampled value, in the order of the samples.
    func layerGradientsCSV() -> [UInt8] {
        var table = CSVText(columns: axisColumns + ["seed", "epoch", "layer", "value"])
        forEachRecord { start, record in
            for sample in record.layerGradients {
                for value in sample.values {
                    table.fields(encoded: start)
                    table.field(record.epoch)
                    table.field(sample.layer)
                    table.field(value)
                    table.endRow()
                }
            }
        }
        return table.bytes
    }

    var axisColumns: [String] { sweep.axes.map(\.rawValue) }

    /// In the order of rows, each record with the encoded fields of its axes and seed.
    private func forEachRecord(_ body: (_ start: [UInt8], EpochRecord) -> Void) {
        for entry in pointRuns() {
            let values = entry.point.values.map(\.description)
            for run in entry.runs {
                let start = CSVText.encoded(values + [String(run.seed)])
                run.records.forEach { body(start, $0) }
            }
        }
    }
}
