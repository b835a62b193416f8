/// Why a training run cannot start or go on: one line that names the place and the remedy.
public struct TrainingError: Error, Sendable, Hashable, CustomStringConvertible {
    /// What is wrong. New codes may be added.
    public struct Code: RawRepresentable, Sendable, Hashable {
        public let rawValue: String
        public init(rawValue: String) { self.rawValue = rawValue }

        /// A loss is not finite, as it would be on every host.
        public static let diverged = Code(rawValue: "diverged")
        /// This processor lacks the kernels that were asked for.
        public static let kernels = Code(rawValue: "kernels")
        /// The data set is empty, or another one than that of the checkpoint.
        public static let data = Code(rawValue: "data")
        /// A checkpoint is damaged, or of another kind.
        public static let checkpoint = Code(rawValue: "checkpoint")
        /// Somebody asked for it.
        public static let stopped = Code(rawValue: "stopped")
        /// All epochs are trained.
        public static let finished = Code(rawValue: "finished")
    }

    public let code: Code
    public let message: String

    public init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }

    public var description: String { message }
}
