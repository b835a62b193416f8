import Experiment
import Foundation
import Reporting

/// What a journal or a table may hold, and no training gives.
enum Extremes {
    static let numbers: [Double] = [
        .greatestFiniteMagnitude, -.greatestFiniteMagnitude, .leastNonzeroMagnitude, -.leastNonzeroMagnitude,
        .leastNormalMagnitude, 1e300, -1e300, 1e-300, 0, -0.0, 1, -1, 100, 0.5, 0.5.nextUp, 1e9, 1e15, 9.3e18, -9.3e18,
        Double(Float.greatestFiniteMagnitude),
    ]
    /// A journal refuses these as metrics, but holds them as gradient norms; a table may have them anywhere.
    static let strangeNumbers: [Double] = [.nan, .infinity, -.infinity, -.nan]
    static let epochs = [1, 2, 3, 10_000, 1 << 53, .max - 1, .max]
    static let texts = [
        "", " ", "a\"b,c\nd\re", "\u{0}\u{1b}[2J\u{7f}", "<script>alert(1)</script>", "'`touch x`$(x)",
        "e\u{301}\u{1F469}\u{200D}\u{1F680}", String(repeating: "long", count: 5_000), "ALARM: x",
        "=1+1", "\u{202E}txt.exe\u{2028}\u{61C}", "a" + String(repeating: "\u{301}", count: 5_000),
    ]
    static let dates = [
        0, 1, -1, 1e12, -1e12, 9.2e15, -9.2e15, Double(Int.min) / 1000, Double(Int.max) / 1000, 9.3e15, 1e300, -1e300,
    ].map { Date(timeIntervalSince1970: $0) }
    static let rates: [Double] = [0, .leastNonzeroMagnitude, 1e-300, 1e-9, 0.001, 0.001.nextUp, 1, 10]

    /// A sweep whose columns hold any of these, drawn by lot: a seed gives the same sweep each time.
    ///
    /// - Parameter strange: whether metrics may be none of the finite numbers.
    static func report(seed: UInt64, strange: Bool) -> Report {
        var lot = SeededRandom(seed: seed)
        let choices = numbers + (strange ? strangeNumbers : [])
        // Some reports have one number everywhere, or few: equal ones and those of one size are cases of their own.
        let count = Int.random(in: 1...choices.count, using: &lot)
        let values = (0..<count).map { _ in
            Bool.random(using: &lot) ? choices.randomElement(using: &lot)! : anyFinite(using: &lot)
        }
        let sweep = sweep(using: &lot)
        let tasks = sweep.tasks(dataDigest: digest)
        var results = SweepResults(sweep: sweep, tasks: tasks, records: [:])
        for task in tasks where Int.random(in: 0..<8, using: &lot) > 0 {
            results.records[task.id] = epochs.filter { _ in Bool.random(using: &lot) }.map { epoch in
                record(epoch, values, using: &lot)
            }
        }
        return Report(results: results, attempts: tasks.prefix(20).map { attempt(of: $0, using: &lot) })
    }

    /// Of any size that a number can have.
    private static func anyFinite(using lot: inout SeededRandom) -> Double {
        let number = Double(bitPattern: lot.next())
        return number.isFinite ? number : .greatestFiniteMagnitude
    }

    private static func sweep(using lot: inout SeededRandom) -> Sweep {
        let axes: [Hyperparameter] = [.norm, .learningRate, .batchSize].shuffled(using: &lot)
        let rates = rates.shuffled(using: &lot).prefix(Int.random(in: 1...rates.count, using: &lot))
        let constants = TaskParameters(
            epochs: [1, 2, 10_000].randomElement(using: &lot)!, captureGradients: Bool.random(using: &lot))
        let points = ["bn", "none"].flatMap { norm in
            rates.flatMap { rate in
                [1, 4096].map { size in
                    Point(
                        axes: axes,
                        values: axes.map { axis in
                            axis == .norm ? .word(norm) : axis == .batchSize ? .integer(size) : .real(rate)
                        }, constants: constants)
                }
            }
        }
        return Sweep(
            name: "extreme", data: .shapes, axes: axes, seeds: [0, 4_294_967_295], points: points.shuffled(using: &lot))
    }

    private static func record(_ epoch: Int, _ values: [Double], using lot: inout SeededRandom) -> EpochRecord {
        func value() -> Double { values.randomElement(using: &lot)! }
        let metrics = EpochMetrics(
            trainLoss: value(), valLoss: value(), trainAccuracy: value(), valAccuracy: value())
        let norms = (numbers + strangeNumbers).shuffled(using: &lot)
        let layers = [texts.randomElement(using: &lot)!, "conv1"].map { layer in
            LayerGradientSample(layer: layer, values: (0..<5).map { _ in Float(norms.randomElement(using: &lot)!) })
        }
        return EpochRecord(epoch: epoch, metrics: metrics, gradientNorms: norms, layerGradients: layers)
    }

    private static func attempt(of task: SweepTask, using lot: inout SeededRandom) -> AttemptRow {
        AttemptRow(
            key: AttemptKey(task: task.id, attempt: Attempt(rawValue: epochs.randomElement(using: &lot)!)),
            worker: WorkerID(rawValue: "w")!, host: texts.randomElement(using: &lot)!,
            kernels: texts.randomElement(using: &lot)!, started: dates.randomElement(using: &lot)!,
            ended: Bool.random(using: &lot) ? dates.randomElement(using: &lot)! : nil,
            seconds: (numbers + strangeNumbers).randomElement(using: &lot)!,
            outcome: AttemptOutcome.allCases.randomElement(using: &lot)!, reason: texts.randomElement(using: &lot)!,
            build: texts.randomElement(using: &lot)!)
    }
}
