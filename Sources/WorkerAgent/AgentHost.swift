import ChildProcesses
import Experiment
import Foundation
import HostSystem
import Logging
import Scheduling
import Training
import Transport
import Wire

/// This host around a worker's loop: a connection to the coordinator, and trainers as processes with cores of their
/// own.
final class AgentHost: AgentSurroundings {
    let configuration: WorkerConfiguration
    let inbox: Mailbox<AgentEvent>
    let log: Logger
    /// While the worker works.
    private var dealer: Dealer?
    /// The keys of the worker and of its coordinator.
    var keys: WorkerKeys
    private let cores: [CoreLease]
    private let origin = ContinuousClock.now
    let facts: HostFacts

    /// - Throws: where the worker has no keys: `WorkerKeys`.
    init(_ configuration: WorkerConfiguration, inbox: Mailbox<AgentEvent>, log: Logger) throws(TransportError) {
        FreedMemory.returnToSystem()
        keys = try WorkerKeys(configuration, log: log)
        self.configuration = configuration
        self.inbox = inbox
        self.log = log
        let capacity = HostCapacity.inspect()
        cores = CoreLease.take(configuration.slots, of: capacity.cores)
        facts = .inspect(capacity, build: configuration.build)
    }

    /// Begins to look for the coordinator, with the worker's keys.
    ///
    /// - Throws: where there is no socket to be had.
    func connect() throws(TransportError) {
        let dealer = Dealer(
            token: configuration.token.with(keys.keys), trusting: keys.trusted, inlet: inbox.inlet { .dealer($0) },
            logger: log)
        try dealer.start()
        self.dealer = dealer
    }

    /// Sends what is queued, for a moment, and ends the connection.
    func disconnect() {
        dealer?.stop(flushing: .seconds(1))
        dealer = nil
    }

    var now: Instant { Instant(sinceOrigin: ContinuousClock.now - origin) }

    func events(until deadline: Instant) -> [AgentEvent] {
        let events = inbox.take(until: origin + deadline.sinceOrigin)
        for case .dealer(.connected) in events { forgetFormerKey() }
        return events
    }

    func keep(coordinatorKey: String) throws(TransportError) {
        let key = try CurvePublicKey(coordinatorKey)
        guard let dealer else { return }
        dealer.trust(next: key)
        try keys.keep(dealer.trusted)
    }

    /// Whom the dealer found with the next key is the coordinator from now on, and nobody with the one before.
    private func forgetFormerKey() {
        guard let dealer else { return }
        do {
            try keys.keep(dealer.trusted)
        } catch {
            log.warning(
                "the coordinator's former key is not forgotten on the disk", metadata: ["why": "\(error)"])
        }
    }

    func send(_ bytes: [UInt8]) -> SendOutcome { dealer?.send(bytes) ?? .notConnected }

    func startTrainer(_ start: TrainerStart, checkpointInterval: Duration) throws -> any RunningTrainer {
        try TrainerProcess(
            configuration.trainer, environment: ProcessInfo.processInfo.environment, start: start,
            conditions: conditions(inSlot: start.slot, checkpointInterval: checkpointInterval)
        ) { [inbox] in inbox.put(.occurred($0)) }
    }

    private func conditions(inSlot slot: Int, checkpointInterval: Duration) -> TrainerConditions {
        TrainerConditions(
            agent: getpid(), slots: configuration.slots, checkpointInterval: checkpointInterval,
            dataDirectory: configuration.dataDirectory,
            // A slot without a core of its own runs where the kernel puts it.
            core: cores.indices.contains(slot) ? cores[slot].core : nil)
    }

    /// On another thread: heartbeats must go on.
    func loadImages(_ name: DataSetName) {
        NamedThread.detach(named: "images") { [inbox, directory = configuration.dataDirectory] in
            let result = Result { () throws(DataSetError) in try DataSet.load(name, directory: directory).digest }
            inbox.put(.imagesLoaded(name, result))
        }
    }
}
