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
