/// The declared schema of a task: every name that a sweep file may set, in the order of the canonical form.
///
/// A task is data with this schema and nothing else, so a new hyperparameter is added
///
/// - here and in `TaskParameters`. Its introduction is `later`: that keeps the ids, the run directories and the
///   checkpoints of the tasks that were there before it;
/// - as an optional field in both messages that carry a task: `Assignment` of sweep.proto, for the network, and `Task`
///   of trainer.proto, for a trainer's pipe; and in the Swift that is generated from them;
/// - in `TaskFields` of `Wire`, which writes and reads that field for both. Where it is missing there, it is at its
///   default;
/// - among the options of `sweep train`, and in README's table of keys.
public enum Hyperparameter: String, CaseIterable, Sendable, Hashable {
    case batchSize = "batch_size"
    case captureGradients = "capture_gradients"
    case epochs
    case learningRate = "learning_rate"
    case norm
    case seed
    case testLimit = "test_limit"
    case trainLimit = "train_limit"
}

/// What a hyperparameter may be.
public enum ParameterDomain: Sendable, Hashable {
    case integer(ClosedRange<Int>)
    case real(ClosedRange<Double>)
    case flag
    /// One of a fixed list of words.
    case word([String])

    /// The value that `text` spells; `nil` where it spells none or one that is outside of the domain.
    public func value(parsing text: String) -> ParameterValue? {
        switch self {
        case .integer(let range): Int(text).flatMap { range.contains($0) ? .integer($0) : nil }
        case .real(let range): Double(text).flatMap { range.contains($0) ? .real($0) : nil }
        case .flag: Bool(text).map { .flag($0) }
        case .word(let words): words.contains(text) ? .word(text) : nil
        }
    }
}

extension Hyperparameter {
    /// Since when a hyperparameter exists, as far as canonical text must know.
    ///
    /// Ids are hashes of canonical text, and journals and checkpoints hold it. A hyperparameter that came when there
    /// were tasks already must not change their text.
    package enum Introduction: Sendable, Hashable {
        /// From the first version on: canonical text always has it.
        case original
        /// Added since: canonical text leaves it out at its default, the value that says “as it was before”.
        ///
        /// Hence that default stays for ever: with another one, the same text would name another task.
        case later
    }

    /// No `default` case: whoever adds a hyperparameter decides here, and `original` has no new members.
    package var introduction: Introduction {
        switch self {
        case .batchSize, .captureGradients, .epochs, .learningRate, .norm, .seed, .testLimit, .trainLimit: .original
        }
    }

    public var domain: ParameterDomain {
        switch self {
        case .batchSize: .integer(1...4096)
        case .captureGradients: .flag
        case .epochs: .integer(1...10_000)
        case .learningRate: .real(0...10)
        case .norm: .word(Norm.allCases.map(\.rawValue))
        // PyTorch's generator keeps only the low 32 bits of a seed: larger ones would repeat smaller ones.
        case .seed: .integer(0...4_294_967_295)
        case .testLimit, .trainLimit: .integer(1...1_000_000)
        }
    }
}

/// The normalisation layer between a convolution and its ReLU.
public enum Norm: String, CaseIterable, Sendable, Hashable {
    /// `BatchNorm2d`.
    case batch = "bn"
    /// `GroupNorm` with one group, affine: the notebook's LayerNorm.
    case layer = "ln"
    /// No normalisation.
    case none
}
