import Experiment

/// Which point is ahead, by the validation accuracy of its finished seeds; before any is, by that of an epoch.
///
/// A record is only noted. What follows from it is found when somebody looks, and then for the points that changed.
public struct Scoreboard: Sendable {
    private let sweep: Sweep
    private let names: TaskNames
    /// The last epoch's accuracy of finished tasks, by point and seed.
    private var finals: [[ParameterValue]: [Int: Double]] = [:]
    /// The standings of points as they were when somebody looked last.
    private var standings: [[ParameterValue]: Standing] = [:]
    /// Points with records that nobody looked at yet.
    private var changedPoints: Set<[ParameterValue]> = []
    private var highest: (accuracy: Double, task: SweepTask, epoch: Int)?

    public init(_ sweep: Sweep) {
        self.sweep = sweep
        names = TaskNames(axes: sweep.axes)
    }

    /// The scores of what is stored.
    ///
    /// - Throws: what `source` throws.
    public init(_ source: some RecordSource) throws {
        self.init(source.sweep)
        for task in source.tasks {
            try source.forEachRecord(of: task) { add($0, of: task) }
        }
    }

    /// Takes a record that was stored.
    public mutating func add(_ record: EpochRecord, of task: SweepTask) {
        let accuracy = record.metrics.valAccuracy
        if record.epoch == task.parameters.epochs, let values = sweep.values(of: task.parameters) {
            finals[values, default: [:]][task.parameters.seed] = accuracy
            changedPoints.insert(values)
        }
        if accuracy > highest?.accuracy ?? -.infinity { highest = (accuracy, task, record.epoch) }
    }

    /// The point that is ahead, in a line for people; `nil` before the first record.
    public mutating func best() -> String? {
        for values in changedPoints { standings[values] = standing(of: values) }
        changedPoints = []
        guard let leader = standings.values.max(by: { $1.isAhead(of: $0) }) else { return highestText }
        let point = names.name(ofPoint: leader.values)
        // The number first: a narrow terminal cuts the end.
        return "val_acc \(leader.accuracy.text) %" + (point.isEmpty ? "" : " " + point)
            + ", \(leader.accuracy.n) of \(sweep.seeds.count) seeds"
    }

    private var highestText: String? {
        highest.map {
            "val_acc \(fixedText($0.accuracy, decimals: 2)) % \(names.name($0.task)), epoch \($0.epoch)"
        }
    }

    private func standing(of values: [ParameterValue]) -> Standing? {
        let accuracies = finals[values, default: [:]].sorted { $0.key < $1.key }.map(\.value)
        return SummaryStatistics(accuracies).map { Standing(values: values, accuracy: $0) }
    }

    private struct Standing {
        let values: [ParameterValue]
        let accuracy: SummaryStatistics

        /// The first of equals, whatever the order of a dictionary; what is no number comes last.
        func isAhead(of other: Standing) -> Bool {
            let (mean, others) = (accuracy.mean, other.accuracy.mean)
            guard !mean.isNaN, !others.isNaN else { return others.isNaN && !mean.isNaN }
            return mean == others ? values.lexicographicallyPrecedes(other.values) : mean > others
        }
    }
}

extension SummaryStatistics {
    fileprivate var text: String {
        "\(fixedText(mean, decimals: 2)) ± \(fixedText(standardDeviation, decimals: 2))"
    }
}
