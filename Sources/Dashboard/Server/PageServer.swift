import Glibc
import HostSystem
import Hummingbird
import HummingbirdCore
import Logging
import NIOCore
import ServiceLifecycle

/// The web server: bound before the sweep begins, and gone with it. Its threads are its own.
final class PageServer: Sendable {
    /// How long an answer that is under way may take when the sweep is over.
    private static let endTimeout = Duration.seconds(1)
    /// What a browser sends takes a kilobyte or two.
    private static let headLimits = HTTP1Channel.Configuration.DecoderConfiguration(
        maxHeaderFieldSize: 8 << 10, maxHeaderListSize: 16 << 10, maxHeaderFieldCount: 100)

    /// With the port that was chosen.
    let address: DashboardAddress
    private let group: ServiceGroup
    private let running: Task<Void, Never>
    private let isStopping: RaisedFlag

    private init(address: DashboardAddress, group: ServiceGroup, running: Task<Void, Never>, isStopping: RaisedFlag) {
        self.address = address
        self.isStopping = isStopping
        self.group = group
        self.running = running
    }

    /// Binds the address and answers from now on.
    ///
    /// - Parameters:
    ///   - connectionLimit: connections beyond these wait.
    ///   - patience: with each connection.
    ///   - onFault: told if the server ends though nobody asked it to.
    static func start(
        at address: DashboardAddress, connectionLimit: Int, _ responder: PageResponder,
        patience: Dashboard.Patience,
        onFault: @escaping @Sendable (String) -> Void
    ) async throws(DashboardError) -> PageServer {
        let isBound = RaisedFlag(), isStopping = RaisedFlag()
        let (ports, bound) = AsyncThrowingStream<Int, any Error>.makeStream()
        // Requests are not logged: their addresses hold the token.
        let silent = Logger(label: "page") { _ in SwiftLogNoOpLogHandler() }
        let connections = PageConnections(limit: connectionLimit)
        let application = Application(
            responder: responder,
            server: .http1(
                configuration: .init(
                    additionalChannelHandlers: [ConnectionHandler(connections, patience)],
                    httpDecoderConfiguration: headLimits)),
            configuration: ApplicationConfiguration(
                address: .hostname(address.host, port: Int(address.port)),
                availableConnectionsDelegate: MaximumAvailableConnections(connectionLimit)),
            onServerRunning: { channel in
                isBound.raise()
                bound.yield(channel.localAddress?.port ?? Int(address.port))
                bound.finish()
            }, logger: silent)
        let group = ServiceGroup(configuration: .init(services: [application], logger: silent))
        let running = Task {
            do {
                try await group.run()
                if isBound.isRaised, !isStopping.isRaised { onFault("the server ended") }
                bound.finish()
            } catch {
                if isBound.isRaised { onFault(reason(error)) }
                bound.finish(throwing: error)
            }
        }
        do {
            for try await port in ports {
                let address = DashboardAddress(host: address.host, port: UInt16(port))
                return PageServer(address: address, group: group, running: running, isStopping: isStopping)
            }
        } catch {
            throw DashboardError(refusal(of: address, error))
        }
        throw DashboardError("\(address): the server ended at once")
    }

    /// Lets open answers end, for a moment.
    func stop() async {
        isStopping.raise()
        await group.triggerGracefulShutdown()
        let deadline = Task { [running] in
            try? await Task.sleep(for: Self.endTimeout)
            running.cancel()
        }
        await running.value
        deadline.cancel()
    }

    private static func refusal(of address: DashboardAddress, _ error: any Error) -> String {
        switch (error as? IOError)?.errnoCode {
        case EADDRINUSE: "\(address) is in use; choose another port, or 0 for one that is free"
        case EADDRNOTAVAIL: "\(address) is not an address of this host; 0.0.0.0 is all of them"
        case EACCES: "\(address): only root may use this port; choose one from 1024 on"
        default: "\(address): \(reason(error))"
        }
    }

    private static func reason(_ error: any Error) -> String {
        (error as? IOError).map { SystemReason.words($0.errnoCode) } ?? String(describing: error)
    }
}
