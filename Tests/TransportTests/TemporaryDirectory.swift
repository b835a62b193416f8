import Foundation
import Glibc

/// A directory of one test, removed with it.
final class TemporaryDirectory: Sendable {
    let path: String

    init() throws {
        // Short, since a socket's path may have 107 bytes.
        path = "/tmp/sweep-\(String(UInt64.random(in: 0 ... .max), radix: 36))"
        try FileManager.default.createDirectory(
            atPath: path, withIntermediateDirectories: false, attributes: [.posixPermissions: 0o700])
    }

    deinit {
        try? FileManager.default.removeItem(atPath: path)
    }

    /// The permission bits of a file in it, by its path from here.
    func mode(of name: String) throws -> UInt32 {
        var status = stat()
        guard stat("\(path)/\(name)", &status) == 0 else { throw POSIXError(POSIXErrorCode(rawValue: errno)!) }
        return status.st_mode & 0o777
    }
}
