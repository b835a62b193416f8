import Foundation
import HostSystem

/// Why Foundation could not read or write a file, and what to do.
package func reason(_ error: any Error) -> String {
    systemCode(of: error).map(SystemReason.text) ?? error.localizedDescription
}

/// The `errno` behind an error of Foundation; `nil` where there is none.
func systemCode(of error: any Error) -> CInt? {
    let error = error as NSError
    let cause = error.userInfo[NSUnderlyingErrorKey] as? NSError ?? error
    return cause.domain == NSPOSIXErrorDomain ? CInt(cause.code) : nil
}
