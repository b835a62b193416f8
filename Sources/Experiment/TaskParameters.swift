/// Every hyperparameter of one training run, within the ranges that `Hyperparameter.domain` declares.
public struct TaskParameters: Sendable, Hashable {
    public var norm: Norm
    public var batchSize: Int
    public var seed: Int
    public var epochs: Int
    public var learningRate: Double
    /// Record the gradient norm of every step and samples of the convolutions' gradients.
    public var captureGradients: Bool
    /// Only the first N training images; `nil` for all.
    public var trainLimit: Int?
    /// Only the first N test images; `nil` for all.
    public var testLimit: Int?

    public init(
        norm: Norm = .batch, batchSize: Int = 64, seed: Int = 42, epochs: Int = 15, learningRate: Double = 0.001,
        captureGradients: Bool = false, trainLimit: Int? = nil, testLimit: Int? = nil
    ) {
        self.norm = norm
        self.batchSize = batchSize
        self.seed = seed
        self.epochs = epochs
        self.learningRate = learningRate
        self.captureGradients = captureGradients
        self.trainLimit = trainLimit
        self.testLimit = testLimit
    }

    /// The value of one hyperparameter; `nil` for a limit that is not set.
    ///
    /// A new value must be in the hyperparameter's domain; only a limit can be set to `nil`.
    public subscript(_ name: Hyperparameter) -> ParameterValue? {
        get { value(of: name) }
        set { set(name, to: newValue) }
    }

    private func value(of name: Hyperparameter) -> ParameterValue? {
        switch name {
        case .batchSize: .integer(batchSize)
        case .captureGradients: .flag(captureGradients)
        case .epochs: .integer(epochs)
        case .learningRate: .real(learningRate)
        case .norm: .word(norm.rawValue)
        case .seed: .integer(seed)
        case .testLimit: testLimit.map { .integer($0) }
        case .trainLimit: trainLimit.map { .integer($0) }
        }
    }

    private mutating func set(_ name: Hyperparameter, to value: ParameterValue?) {
        switch (name, value) {
        case (.batchSize, .integer(let value)): batchSize = value
        case (.captureGradients, .flag(let value)): captureGradients = value
        case (.epochs, .integer(let value)): epochs = value
        case (.learningRate, .real(let value)): learningRate = value
        case (.norm, .word(let value)): norm = Norm(rawValue: value)!
        case (.seed, .integer(let value)): seed = value
        case (.testLimit, .integer(let value)): testLimit = value
        case (.testLimit, nil): testLimit = nil
        case (.trainLimit, .integer(let value)): trainLimit = value
        case (.trainLimit, nil): trainLimit = nil
        default: preconditionFailure("\(name.rawValue) cannot be \(value.map(\.description) ?? "nil")")
        }
    }
}

extension TaskParameters {
    /// `name=value` lines in the order of `Hyperparameter`; a limit that is not set has no line. Equal parameters have
    /// equal text, on every host.
    public var canonicalText: String {
        Hyperparameter.allCases
            .compactMap { name in self[name].map { "\(name.rawValue)=\($0)\n" } }
            .joined()
    }

    /// Reads `canonicalText` back; `nil` where a line is unknown or out of its domain.
    public init?(canonicalText: String) {
        self.init()
        for line in canonicalText.split(separator: "\n") {
            let parts = line.split(separator: "=", maxSplits: 1)
            guard parts.count == 2, let name = Hyperparameter(rawValue: String(parts[0])),
                let value = name.domain.value(parsing: String(parts[1]))
            else { return nil }
            self[name] = value
        }
    }
}
