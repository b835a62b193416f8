/// Ends the command with one line on standard error and an exit code of the documented ones.
package struct CommandFailure: Error, Equatable {
    package enum Code: Int32 {
        case failed = 1
        /// Bad usage or a bad sweep file.
        case usage = 2
        /// The sweep is over, and some of its tasks failed.
        case someTasksFailed = 3
        /// Everything is stored; the same command goes on.
        case interrupted = 130
    }

    /// Empty where everything is said already.
    package let message: String
    package let exitCode: Code

    package init(_ message: String, exitCode: Code = .failed) {
        self.message = message
        self.exitCode = exitCode
    }
}
