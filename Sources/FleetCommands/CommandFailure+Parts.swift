import CommandOutput
import CoordinatorService
import Journal
import Transport
import WorkerAgent

extension CommandFailure {
    /// What ends a command when a part of the fleet fails with `error`; `nil` where no such part does.
    ///
    /// Another sweep's directory, a token that is not let in and a program of another version are bad usage: with other
    /// arguments, or another program, it works.
    package init?(_ error: any Error) {
        switch error {
        case let error as JournalError:
            self.init(error.description, exitCode: error.code == .anotherSweep ? .usage : .failed)
        case let error as WorkerError:
            let isUsage = error.code == .tokenRefused || error.code == .otherVersion
            self.init(error.description, exitCode: isUsage ? .usage : .failed)
        case let error as TransportError: self.init(error.description)
        case let error as CoordinatorError: self.init(error.description)
        default: return nil
        }
    }
}
