import CommandOutput
import CoordinatorService
import Journal
import Transport
import WorkerAgent

extension CommandFailure {
    /// What ends a command when a part of the fleet fails with `error`; `nil` where no such part does.
    ///
    /// Another sweep's directory and a token that is not let in are bad usage: with other arguments it works.
    package init?(_ error: any Error) {
        switch error {
        case let error as JournalError:
            self.init(error.description, exitCode: error.code == .anotherSweep ? .usage : .failed)
        case let error as WorkerError:
            self.init(error.description, exitCode: error.code == .tokenRefused ? .usage : .failed)
        case let error as TransportError: self.init(error.description)
        case let error as CoordinatorError: self.init(error.description)
        default: return nil
        }
    }
}
