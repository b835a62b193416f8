import ChildProcesses
import Glibc
import Transport

extension ChildProcess {
    /// Asks it to end, and kills it when it has not ended after `patience`. Returns when it is gone.
    func end(patience: Duration = .seconds(10)) {
        closeInput()
        send(signal: SIGTERM)
        killing(after: patience) { _ = wait() }
    }

    /// Runs `body`, and kills the process if that takes longer than `limit`.
    func killing<Result>(after limit: Duration, _ body: () throws -> Result) rethrows -> Result {
        let end = Mailbox<Void>(capacity: 1)
        defer { end.close() }
        NamedThread.detach(named: "patience") {
            _ = end.take(until: .now + limit)
            if !end.isClosed { self.send(signal: SIGKILL) }
        }
        return try body()
    }
}
