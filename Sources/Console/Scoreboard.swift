import Experiment
import Foundation

/// Which point is ahead, by the validation accuracy of its finished seeds; before any is, by that of an epoch.
public struct Scoreboard: Sendable {
    private let sweep: Sweep
    private let names: TaskNames
    /// The last epoch's accuracy of finished tasks, by point and seed.
    private var finals: [[ParameterValue]: [Int: Double]] = [:]
    private var highest: (accuracy: Double, text: String)?

    public init(_ sweep: Sweep) {
        self.sweep = sweep
        names = TaskNames(sweep)
    }

    public init(_ results: SweepResults) {
        self.init(results.sweep)
        for task in results.tasks {
            for record in results.records[task.id] ?? [] { note(record, of: task) }
        }
    }

    public mutating func note(_ record: EpochRecord, of task: SweepTask) {
        let accuracy = record.metrics.valAccuracy
        if record.epoch == task.parameters.epochs, let values = sweep.values(of: task.parameters) {
            finals[values, default: [:]][task.parameters.seed] = accuracy
        }
        guard accuracy > highest?.accuracy ?? -.infinity else { return }
        let name = names.name(task)
        highest = (accuracy, String(format: "val_acc %.2f %% ", accuracy) + "\(name), epoch \(record.epoch)")
    }

    /// One line for people.
    public var best: String? {
        let means = finals.compactMap { values, bySeed in
            SummaryStatistics(bySeed.sorted { $0.key < $1.key }.map(\.value)).map { (values, $0) }
        }
        // The first of equals, whatever the order of a dictionary.
        let leader = means.min { left, right in
            left.1.mean == right.1.mean
                ? left.0.lexicographicallyPrecedes(right.0) : left.1.mean > right.1.mean
        }
        guard let (values, accuracy) = leader else { return highest?.text }
        let point = names.name(ofPoint: values)
        // The number first: a narrow terminal cuts the end.
        return String(format: "val_acc %.2f ± %.2f %%", accuracy.mean, accuracy.standardDeviation)
            + (point.isEmpty ? "" : " " + point) + ", \(accuracy.n) of \(sweep.seeds.count) seeds"
    }
}
