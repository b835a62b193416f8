import HostSystem

/// A system call failed, in one line with what to do about it.
public struct SystemCallError: Error, Sendable, CustomStringConvertible {
    public let operation: String
    /// The `errno`.
    public let code: Int32

    public init(_ operation: String, _ code: Int32) {
        self.operation = operation
        self.code = code
    }

    public var description: String { "\(operation): \(SystemReason.text(code))" }
}
