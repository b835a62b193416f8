import ChildProcesses
import Experiment
import Journal
import Notices
import Results
import ServiceLifecycle
import Status
import Synchronization
import Transport

/// Runs a sweep: owns its run directory, and lets workers train its tasks.
///
/// Everything that can be wrong with the directory, the keys and the address is found by `init`; `run` returns when the
/// sweep is over or, after a graceful shutdown was asked for, when everything that came in is stored.
public final class Coordinator: Service {
    private let parts: CoordinatorParts
    private let state: JournalState
    private let ending = Mutex<SweepEnding?>(nil)

    /// Takes the run directory, binds the sockets; starts nothing yet.
    ///
    /// - Throws: `JournalError`, `TransportError`, `CoordinatorError`.
    public init(_ configuration: CoordinatorConfiguration, observer: any SweepObserver) throws {
        parts = try CoordinatorParts(configuration, observer: observer)
        do {
            state = try parts.journal.reader.state(knowing: configuration.plan)
        } catch {
            parts.close()
            throw error
        }
    }

    /// Runs the sweep to its end, as `Service` asks for it.
    ///
    /// - Throws: the fault that ended the sweep; what was stored before it stays.
    public func run() async throws {
        let ending = try await withGracefulShutdownHandler {
            try await withCheckedThrowingContinuation { continuation in
                NamedThread.detach(named: "coordinator") { [parts, state] in
                    let result = Result { try CoordinatorLoop(parts, state: state).run() }
                    parts.close()
                    continuation.resume(with: result)
                }
            }
        } onGracefulShutdown: { [parts] in
            parts.stopFlag.raise()
            parts.inbox.put(.stopRequested)
        }
        self.ending.withLock { $0 = ending }
    }

    /// Ends `run` soon, without what workers still have: somebody asked a second time.
    public func stopNow() {
        parts.inbox.put(.stopInsisted)
    }

    /// How the sweep ended; after `run`.
    ///
    /// - Throws: `CoordinatorError` where the sweep has not ended; a `JournalError` where the journal cannot be read.
    public func outcome() throws -> SweepOutcome {
        guard let ending = ending.withLock({ $0 }) else { throw CoordinatorError("the sweep has not ended") }
        let reader = try JournalReader(of: RunDirectory(path: parts.configuration.directory))
        var plan: StoredPlan? = parts.configuration.plan
        let state = try reader.state(knowing: plan)
        return try reader.readReport(keeping: &plan) {
            try SweepOutcome(
                ending: ending, state: state, report: $0, policy: parts.configuration.policy,
                trusted: [parts.localKey])
        }
    }
}
