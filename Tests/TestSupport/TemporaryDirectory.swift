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

    /// The path of something in it, which need not be there.
    package func file(_ name: String) -> String { "\(path)/\(name)" }

    /// Writes a file; its directory must be there.
    ///
    /// - Returns: its path.
    @discardableResult
    package func write(_ text: String, to name: String) throws -> String {
        try text.write(toFile: file(name), atomically: true, encoding: .utf8)
        return file(name)
    }

    /// - Returns: its path.
    @discardableResult
    package func makeDirectory(_ name: String) throws -> String {
        try FileManager.default.createDirectory(atPath: file(name), withIntermediateDirectories: true)
        return file(name)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }
}
