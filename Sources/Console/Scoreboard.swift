import Experiment

/// Which point is ahead, by the validation accuracy of its finished seeds; before any is, by that of an epoch.
///
/// A record costs a look at its own point; only where the point that is ahead falls back, at all of them.
public struct Scoreboard: Sendable {
    private let sweep: Sweep
    private let names: TaskNames
    /// The last epoch's accuracy of finished tasks, by point and seed.
    private var finals: [[ParameterValue]: [Int: Double]] = [:]
    private var leader: Standing?
    private var highest: (accuracy: Double, text: String)?

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
            updateLeader(values)
        }
        guard accuracy > highest?.accuracy ?? -.infinity else { return }
        highest = (accuracy, "val_acc \(fixedText(accuracy, decimals: 2)) % \(names.name(task)), epoch \(record.epoch)")
    }

    private mutating func updateLeader(_ values: [ParameterValue]) {
        guard let standing = standing(of: values) else { return }
        guard let leader else { return self.leader = standing }
        if leader.values != values {
            if standing.isAhead(of: leader) { self.leader = standing }
        } else if leader.isAhead(of: standing) {
            self.leader = finals.keys.compactMap(self.standing).reduce(standing) { $1.isAhead(of: $0) ? $1 : $0 }
        } else {
            self.leader = standing
        }
    }

    private func standing(of values: [ParameterValue]) -> Standing? {
        let accuracies = finals[values, default: [:]].sorted { $0.key < $1.key }.map(\.value)
        return SummaryStatistics(accuracies).map { Standing(values: values, accuracy: $0) }
    }

    /// The point that is ahead, in a line for people; `nil` before the first record.
    public var best: String? {
        guard let leader else { return highest?.text }
        let point = names.name(ofPoint: leader.values)
        // The number first: a narrow terminal cuts the end.
        return "val_acc \(leader.accuracy.text) %" + (point.isEmpty ? "" : " " + point)
            + ", \(leader.accuracy.n) of \(sweep.seeds.count) seeds"
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
