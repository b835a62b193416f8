import Glibc

/// A system call failed.
public struct SystemCallError: Error, Sendable, CustomStringConvertible {
    public let operation: String
    /// The `errno`.
    public let code: Int32

    public init(_ operation: String, _ code: Int32) {
        self.operation = operation
        self.code = code
    }

    public var description: String { "\(operation): \(String(cString: strerror(code)))" }
}
