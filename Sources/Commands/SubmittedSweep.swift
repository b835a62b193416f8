import CommandOutput
import Experiment
import Foundation
import HostSystem

/// A sweep file as it was read.
package struct SubmittedSweep {
    package let sweep: Sweep
    package let text: String

    /// - Throws: `CommandFailure` of code `.usage` with the file, the line and the key.
    package init(path: String) throws(CommandFailure) {
        let bytes: Data
        do {
            let handle = try FileHandle(forReadingFrom: URL(fileURLWithPath: path))
            // One byte over the limit shows that the file is too large.
            bytes = try handle.read(upToCount: Sweep.fileByteLimit + 1) ?? Data()
        } catch {
            // Where the file is not there, the advice is to name another one.
            let cause = systemCode(of: error) == ENOENT ? SystemReason.words(ENOENT) : reason(error)
            let message = "\(path): cannot be read (\(cause)); name a sweep file, such as sweeps/quick.yaml"
            throw CommandFailure(message, exitCode: .usage)
        }
        do {
            sweep = try Sweep(bytes: Array(bytes), file: path)
        } catch {
            throw CommandFailure(error.description, exitCode: .usage)
        }
        text = String(decoding: bytes, as: UTF8.self)
    }
}
