import Foundation
import Glibc

/// A directory of one test's own, removed with the value.
package final class TemporaryDirectory: Sendable {
    package let path: String

    package init() {
        // Short, since a socket's path may have 107 bytes.
        path = "/tmp/sweep-\(String(UInt64.random(in: 0 ... .max), radix: 36))"
        precondition(mkdir(path, 0o700) == 0, "no temporary directory: \(String(cString: strerror(errno)))")
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }
}
