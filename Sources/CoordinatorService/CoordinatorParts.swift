import Experiment
import Foundation
import HostSystem
import Journal
import Logging
import Notices
import Transport

/// Everything that a coordinator holds open.
///
/// `@unchecked Sendable`: the journal is handed once, from the thread that makes it to the coordinator's own;
/// everything else is safe to share.
final class CoordinatorParts: @unchecked Sendable {
    static let inboxCapacity = 1024

    let configuration: CoordinatorConfiguration
    let directory: RunDirectory
    let journal: Journal
    let router: Router
    /// Where hosts are let in.
    let enrolments: EnrolmentDesk
    let inbox = Mailbox<CoordinatorEvent>(capacity: inboxCapacity)
    let observer: any SweepObserver
    let log: Logger
    /// Says that the sweep shall stop to code that cannot look into the inbox.
    let stopFlag = RaisedFlag()
    private let privateFiles: PrivateFiles
    /// With which this host's worker comes in. Made before anybody can knock: it may be there already.
    private let localToken: JoinToken
    private let control: ControlServer
    private let publicKey: CurvePublicKey

    init(_ configuration: CoordinatorConfiguration, observer: any SweepObserver) throws {
        self.configuration = configuration
        self.observer = RepeatedFaults(observer)
        directory = RunDirectory(path: configuration.directory)
        journal = try Journal.open(in: directory, plan: configuration.plan)
        log = try configuration.makeLog(directory)
        privateFiles = try PrivateFiles.make(
            of: directory, recorded: try journal.reader.settings()[.runtimeDirectory],
            environment: configuration.environment)
        control = ControlServer(at: privateFiles.controlSocket)
        let keys = try Self.openKeys(configuration, privateFiles)
        publicKey = try keys.coordinatorKeys().publicKey
        let localEndpoint = try Endpoint("ipc://\(privateFiles.workerSocket)")
        localToken = try JoinToken(
            endpoint: localEndpoint, coordinatorKey: publicKey,
            workerKeys: try keys.localWorkerKeys(try KeyName("local"), for: localEndpoint.description))
        let endpoints = [localEndpoint] + (configuration.listen.map { [$0] } ?? [])
        router = Router(
            keys: keys, endpoints: endpoints, keeping: configuration.pageDescriptors,
            inlet: inbox.inlet { .router($0) }, logger: log)
        enrolments = EnrolmentDesk(keys, send: { [router] in router.send($0, to: $1) }) { [inbox] in
            inbox.put(.enrolment($0))
        }
        do {
            try listen()
        } catch {
            close()
            throw error
        }
    }

    /// The keys of this user. A sweep of this host alone does not need them: where they cannot be had, it has some of
    /// its own, which last as long as the worker that may outlive its coordinator.
    private static func openKeys(_ configuration: CoordinatorConfiguration, _ files: PrivateFiles) throws -> KeyStore {
        do {
            let keys = try KeyStore(directory: try configuration.keyDirectory.get())
            _ = try keys.coordinatorKeys()
            return keys
        } catch {
            guard configuration.listen == nil else { throw error }
            return try KeyStore(directory: files.keys)
        }
    }

    private func listen() throws {
        let bound = try router.start()
        // None come to a sweep of this host alone.
        if configuration.listen != nil { enrolments.open() }
        try control.start { [inbox] in inbox.put(.requested($0)) }
        let listening = configuration.listen == nil ? nil : bound.last?.description
        try journal.commit([
            .settingChanged(.endpoint, to: listening),
            .settingChanged(.coordinatorKey, to: listening == nil ? nil : publicKey.text),
            .settingChanged(.runtimeDirectory, to: privateFiles.parent.path),
            // A pause ends with its coordinator.
            .settingChanged(.paused, to: nil),
        ])
        if let listening { observer.tell(.listening(endpoint: listening)) }
    }

    /// The key of the workers that coordinators of this directory start.
    var localKey: WorkerKey { WorkerKey(localToken.workerKeys.publicKey) }

    var workerLog: String { "\(directory.logs)/worker.log" }

    func makeLocalWorker() -> LocalWorker {
        LocalWorker(
            configuration.localWorker, token: localToken, lock: privateFiles.workerLock, logPath: workerLog, log: log
        ) { [inbox] in
            inbox.put(.localWorkerEnded($0))
        }
    }

    /// For cleaners of directories like /tmp, which remove what looks unused.
    func keepPrivateFilesFresh() { privateFiles.touch() }

    /// Ends the sockets, removes what lies outside of the run directory and then lets go of that: from then on its
    /// successor's sockets have the same names.
    func close() {
        control.stop()
        enrolments.close()
        router.stop(flushing: .seconds(1))
        privateFiles.remove()
        do {
            try journal.close()
        } catch {
            log.error("the journal could not be closed", metadata: ["why": "\(error)"])
        }
    }
}
