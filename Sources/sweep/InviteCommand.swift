import ArgumentParser
import Journal
import Transport

/// `sweep invite`: prints the one command that joins a new host.
struct InviteCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "invite", abstract: "Print the command that joins a new host.",
        discussion: """
            Makes a key for one more host and admits it. The token holds the secret key: give it only to that host. \
            It stays valid for later sweeps of yours at the same address.
            """)

    @OptionGroup var selection: RunSelection

    @Option(
        help: ArgumentHelp(
            "The address under which the host reaches this one (default: this host's first).", valueName: "addr"))
    var address: String?

    func run() throws {
        guard let text = try selection.reader().state().settings[.endpoint] else {
            let message = "this sweep takes no workers of other hosts; start it with --listen tcp://ADDR:PORT"
            throw CommandFailure(message, exitCode: .usage)
        }
        do {
            let endpoint = try reachable(Endpoint(text))
            let store = try KeyStore(directory: ownKeyDirectory())
            let (name, keys) = try store.invite()
            let token = try JoinToken(
                endpoint: endpoint, coordinatorKey: store.coordinatorKeys().publicKey, workerKeys: keys)
            Output.error("Run this on the new host (its key is called \(name)):")
            Output.line("sweep worker --join \(token.encoded)")
        } catch let error as TransportError {
            throw CommandFailure(error.description)
        }
    }

    /// The endpoint as another host reaches it: a wildcard binds every address, and names none.
    private func reachable(_ endpoint: Endpoint) throws -> Endpoint {
        guard case .tcp(_, let port) = endpoint.address, address != nil || !endpoint.isConnectable else {
            return endpoint
        }
        guard let address = address ?? HostAddress.first() else {
            throw CommandFailure(
                "this host has no address but loopback; name one with --address ADDR", exitCode: .usage)
        }
        return try Endpoint("tcp://\(address):\(port)")
    }
}
