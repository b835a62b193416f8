import Experiment
import Foundation
import Reporting

/// Sweeps over any axes, whose values are long, many or nearly equal, drawn by lot: a seed gives the same sweep each
/// time.
enum CrowdedSweeps {
    static let axes = Hyperparameter.allCases.filter { $0 != .seed }

    static func report(seed: UInt64) -> Report {
        var lot = SeededRandom(seed: seed)
        let (axes, points) = points(using: &lot)
        let constants = TaskParameters(epochs: 2, captureGradients: true)
        let seeds = Array([1, 23, 4_294_967_295].prefix(.random(in: 1...3, using: &lot)))
        let sweep = Sweep(
            name: "crowded", data: .shapes, axes: axes, seeds: seeds,
            points: points.map { Point(axes: axes, values: $0, constants: constants) })
        let tasks = sweep.tasks(dataDigest: digest)
        let scale = [1, 1e-9, 1e9, -123.456, 0, 1e300].randomElement(using: &lot)!
        let records = tasks.map { task in
            let records = sampleRecords(of: task, epochs: task.parameters.epochs).map { record in
                var record = record
                let metrics = record.metrics
                record.metrics = EpochMetrics(
                    trainLoss: metrics.trainLoss * scale, valLoss: metrics.valLoss * scale,
                    trainAccuracy: metrics.trainAccuracy * scale, valAccuracy: metrics.valAccuracy * scale)
                return record
            }
            return (task.id, records)
        }
        return Report(
            results: SweepResults(sweep: sweep, tasks: tasks, records: Dictionary(uniqueKeysWithValues: records)),
            attempts: [])
    }

    /// Some axes in some order, and the grid of some values of each: at most 100 points.
    static func points(using lot: inout SeededRandom) -> (axes: [Hyperparameter], points: [[ParameterValue]]) {
        let axes = Array(axes.shuffled(using: &lot).prefix(.random(in: 1...Self.axes.count, using: &lot)))
        var points: [[ParameterValue]] = [[]]
        for axis in axes {
            let limit = min(axis == .learningRate ? 40 : 6, 100 / points.count)
            let values = values(of: axis, using: &lot).shuffled(using: &lot)
            let chosen = values.prefix(.random(in: 1...max(1, limit), using: &lot))
            points = points.flatMap { point in chosen.map { point + [$0] } }
        }
        return (axes, points)
    }

    private static func values(of axis: Hyperparameter, using lot: inout SeededRandom) -> [ParameterValue] {
        switch axis {
        case .learningRate: rates(using: &lot).map(ParameterValue.real)
        case .captureGradients: [.flag(false), .flag(true)]
        case .norm: Norm.allCases.map { .word($0.rawValue) }
        case .batchSize: [1, 2, 8, 64, 4095, 4096].map(ParameterValue.integer)
        case .epochs: [1, 2, 3].map(ParameterValue.integer)
        case .seed, .testLimit, .trainLimit:
            [1, 10, 1000, 2000, 999_999, 1_000_000].map(ParameterValue.integer)
        }
    }

    private static func rates(using lot: inout SeededRandom) -> [Double] {
        let base = [0.0012345678901234, 1e-9, 1.2345678901234567e-9, 0.1, 1.0 / 3].randomElement(using: &lot)!
        let steps: [@Sendable (Double) -> Double] = [
            { base + $0 * base.ulp }, { base * (1 + $0) }, { base * pow(1.25, $0) }, { base + $0 * 1e-5 * base },
            { $0 == 0 ? 0 : base * $0 },
        ]
        let step = steps.randomElement(using: &lot)!
        return (0..<40).map { min(10, step(Double($0))) }.reduce(into: []) { rates, rate in
            if !rates.contains(rate) { rates.append(rate) }
        }
    }
}

/// The labels below the plot of a figure, as gnuplot is told; those without a text are left out.
func ticLabels(of figure: Figure) -> [String] {
    let commands = figure.script.split(separator: "\n").filter { $0.hasPrefix("set xtics") }
    return commands.flatMap { command in
        command.matches(of: #/'((?:[^']|'')*)' |"((?:[^"\\]|\\.)*)" /#).map { String($0.1 ?? $0.2 ?? "") }
    }.filter { !$0.isEmpty }
}
