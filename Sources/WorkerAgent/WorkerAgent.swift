import ChildProcesses
import Logging
import ServiceLifecycle
import Transport

/// A worker: joins the coordinator of its token, runs trainers in its slots, and reports what they say.
///
/// `run` returns when the worker was asked to leave (a graceful shutdown) and owes nothing, when what it owes does not
/// move or `leaveNow` was called, or when it could not go on.
public final class WorkerAgent: Service {
    private let configuration: WorkerConfiguration
    private let log: Logger
    private let inbox = Mailbox<AgentEvent>(capacity: 4096, byteCapacity: 16 << 20, size: \.byteCount)

    public init(_ configuration: WorkerConfiguration, log: Logger) {
        self.configuration = configuration
        self.log = log
    }

    /// Trains for the coordinator until it is stopped, as `Service` asks for it.
    ///
    /// - Throws: why the worker cannot take part: the coordinator refused it, or its socket cannot be had.
    public func run() async throws {
        if configuration.hasStarter {
            NamedThread.detach(named: "parent-watch") { [inbox] in
                ParentDeath.waitForIt()
                inbox.put(.occurred(.starterEnded))
            }
        }
        try await withGracefulShutdownHandler {
            try await withCheckedThrowingContinuation { continuation in
                // A thread of its own, which lives as long as the trainers: they die with the thread that started them.
                NamedThread.detach(named: "worker") { [configuration, log, inbox] in
                    continuation.resume(
                        with: Result { try AgentHost(configuration, inbox: inbox, log: log).work() })
                }
            }
        } onGracefulShutdown: { [inbox] in
            inbox.put(.occurred(.leaveRequested))
        }
    }

    /// Ends `run` soon, whatever the worker still owes its coordinator: somebody asked a second time.
    public func leaveNow() {
        inbox.put(.occurred(.leaveInsisted))
    }
}
