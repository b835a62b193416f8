// How tasks and points are called in messages, tables and pages, where an id would tell nothing.

extension Hyperparameter {
    /// `norm=bn`.
    package func label(_ value: ParameterValue) -> String { "\(rawValue)=\(value)" }
}

extension TaskParameters {
    /// `norm=bn seed=3`: the values of `names`, without those that are not set.
    package func label(_ names: [Hyperparameter]) -> String {
        names.compactMap { name in self[name].map(name.label) }.joined(separator: " ")
    }
}

extension SweepTask {
    /// `batch_size=64 … norm=bn seed=3`: all that tells a task from the others of any sweep.
    public var summary: String {
        parameters.canonicalText.split(separator: "\n").joined(separator: " ")
    }
}

/// How the tasks and points of one sweep are called where space is short: by what tells them apart.
public struct TaskNames: Sendable {
    private let axes: [Hyperparameter]

    /// - Parameter axes: of the sweep, in their order.
    public init(axes: [Hyperparameter]) {
        self.axes = axes
    }

    /// `4/15 norm=bn seed=3`: a narrow terminal cuts the end.
    public func name(_ task: SweepTask, epochs: Int) -> String {
        "\(epochs)/\(task.parameters.epochs) \(name(task))"
    }

    /// `norm=bn seed=3`.
    public func name(_ task: SweepTask) -> String { task.parameters.label(axes + [.seed]) }

    /// `norm=bn batch_size=64`; a sweep of one point has no name for it.
    public func name(ofPoint values: [ParameterValue]) -> String {
        zip(axes, values).map { $0.label($1) }.joined(separator: " ")
    }
}
