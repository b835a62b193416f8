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

    // One case a name: a switch over the pair of name and optional value lost the limits in optimised builds of
    // Swift 6.3.1, where `init(canonicalText:)` inlined it.
    private mutating func set(_ name: Hyperparameter, to value: ParameterValue?) {
        switch name {
        case .batchSize: batchSize = integer(value, of: name)
        case .captureGradients: captureGradients = flag(value, of: name)
        case .epochs: epochs = integer(value, of: name)
        case .learningRate: learningRate = real(value, of: name)
        case .norm: norm = Norm(rawValue: word(value, of: name))!
        case .seed: seed = integer(value, of: name)
        case .testLimit: testLimit = value == nil ? nil : integer(value, of: name)
        case .trainLimit: trainLimit = value == nil ? nil : integer(value, of: name)
        }
    }
}

private func integer(_ value: ParameterValue?, of name: Hyperparameter) -> Int {
    guard case .integer(let value) = value else { refuse(value, of: name) }
    return value
}

private func real(_ value: ParameterValue?, of name: Hyperparameter) -> Double {
    guard case .real(let value) = value else { refuse(value, of: name) }
    return value
}

private func flag(_ value: ParameterValue?, of name: Hyperparameter) -> Bool {
    guard case .flag(let value) = value else { refuse(value, of: name) }
    return value
}

private func word(_ value: ParameterValue?, of name: Hyperparameter) -> String {
    guard case .word(let value) = value else { refuse(value, of: name) }
    return value
}

private func refuse(_ value: ParameterValue?, of name: Hyperparameter) -> Never {
    preconditionFailure("\(name.rawValue) cannot be \(value.map(\.description) ?? "nil")")
}
