extension TaskParameters {
    /// `name=value` lines in the order of `Hyperparameter`: each original hyperparameter that is set, and each later
    /// one that is not at its default. Equal parameters have equal text, on every host and in every version.
    public var canonicalText: String {
        let defaults = TaskParameters()
        return canonicalLines(
            Hyperparameter.allCases.map { name in
                CanonicalEntry(
                    name: name.rawValue, introduction: name.introduction, value: self[name],
                    defaultValue: defaults[name])
            })
    }

    /// Reads `canonicalText` back; `nil` where a line is unknown or out of its domain.
    public init?(canonicalText: String) {
        var parameters = TaskParameters()
        for line in canonicalText.split(separator: "\n") {
            let parts = line.split(separator: "=", maxSplits: 1)
            guard parts.count == 2, let name = Hyperparameter(rawValue: String(parts[0])),
                let value = name.domain.value(parsing: String(parts[1]))
            else { return nil }
            parameters[name] = value
        }
        self = parameters
    }
}

/// What decides whether canonical text has a line for a hyperparameter.
package struct CanonicalEntry: Sendable {
    let name: String
    let introduction: Hyperparameter.Introduction
    /// `nil` for a limit that is not set, which never has a line.
    let value: ParameterValue?
    let defaultValue: ParameterValue?

    package init(
        name: String, introduction: Hyperparameter.Introduction, value: ParameterValue?, defaultValue: ParameterValue?
    ) {
        self.name = name
        self.introduction = introduction
        self.value = value
        self.defaultValue = defaultValue
    }

    fileprivate var line: String? {
        guard let value, introduction == .original || value != defaultValue else { return nil }
        return "\(name)=\(value)\n"
    }
}

/// Their lines; `TaskParameters.canonicalText` without this version's hyperparameters, so that a test can add one.
package func canonicalLines(_ entries: [CanonicalEntry]) -> String {
    entries.compactMap(\.line).joined()
}
