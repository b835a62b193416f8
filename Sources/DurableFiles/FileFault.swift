import Glibc
import HostSystem

/// A system call on a file that failed, in one line that names the path, the reason and the remedy.
public struct FileFault: Error, Sendable, Equatable, CustomStringConvertible {
    /// What was tried: `create`, `write`, `flush`, `rename`.
    public let action: String
    public let path: String
    /// The `errno` of the call.
    public let code: Int32

    public init(_ action: String, path: String, code: Int32) {
        self.action = action
        self.path = path
        self.code = code
    }

    public var description: String { "cannot \(action) \(path): \(SystemReason.text(code))" }
}

/// Calls again after an interruption; any other failure of the call is thrown with its `errno`.
func checked(_ action: String, _ path: String, _ call: () -> Int32) throws(FileFault) -> Int32 {
    while true {
        let result = call()
        if result >= 0 { return result }
        let code = errno
        if code != EINTR { throw FileFault(action, path: path, code: code) }
    }
}
