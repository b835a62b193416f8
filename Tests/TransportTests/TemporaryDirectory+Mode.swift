import Foundation
import Glibc
import TestSupport

extension TemporaryDirectory {
    /// The permission bits of a file in it, by its path from here.
    func mode(of name: String) throws -> UInt32 {
        var status = stat()
        guard stat("\(path)/\(name)", &status) == 0 else { throw POSIXError(POSIXErrorCode(rawValue: errno)!) }
        return status.st_mode & 0o777
    }
}
