import ArgumentParser
import CoordinatorService
import Glibc
import HostSystem
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
            "The address under which the host reaches this one, with :PORT where a forwarder listens at another port "
                + "(default: the address of this host's default route).",
            valueName: "addr"))
    var address: String?

    func run() throws {
        try checkOwner()
        let settings = try selection.reader().state().settings
        guard let text = settings[.endpoint] else {
            let message = "this sweep takes no workers of other hosts; start it with --listen tcp://ADDR:PORT"
            throw CommandFailure(message, exitCode: .usage)
        }
        do {
            let directory = try ownKeyDirectory().get()
            try checkKeys(directory, coordinatorKey: settings[.coordinatorKey])
            let choice = try ReachableEndpoint(Endpoint(text), address: address)
            let store = try KeyStore(directory: directory)
            let (name, keys) = try store.invite()
            let token = try JoinToken(
                endpoint: choice.endpoint, coordinatorKey: store.coordinatorKeys().publicKey, workerKeys: keys)
            if let note = choice.note { Output.error(note) }
            Output.error("Run this on the new host (its key is called \(name)):")
            Output.line("sweep worker --join \(token.encoded)")
        } catch let error as TransportError {
            throw CommandFailure(error.description)
        }
    }

    /// A token of another user's keys would let nobody in: the coordinator asks its own.
    private func checkOwner() throws {
        let run = try selection.directory()
        var status = stat()
        guard stat(run.path, &status) != 0 || status.st_uid == geteuid() else {
            throw CommandFailure(
                "\(run) belongs to user \(userName(status.st_uid)), whose coordinator would not admit a token of "
                    + "yours; "
                    + "run this as that user: sudo -u \(userName(status.st_uid)) sweep invite --out \(run)")
        }
    }

    /// Nor would one of other keys of this user.
    private func checkKeys(_ directory: String, coordinatorKey: String?) throws {
        // Earlier versions did not say.
        guard let coordinatorKey else { return }
        guard try KeyStore.coordinatorKey(in: directory)?.text == coordinatorKey else {
            throw CommandFailure(
                "the coordinator of \(try selection.directory()) does not use the keys in \(directory), and would not "
                    + "admit a token made there; run this with the HOME and XDG_CONFIG_HOME that sweep run has")
        }
    }

    private func userName(_ user: uid_t) -> String {
        guard let entry = getpwuid(user) else { return "\(user)" }
        return String(cString: entry.pointee.pw_name)
    }
}

/// The endpoint as another host reaches it: a wildcard binds every address, and names none.
struct ReachableEndpoint {
    let endpoint: Endpoint
    /// What was chosen, and what else there is; `nil` where nothing was chosen.
    let note: String?

    /// - Parameters:
    ///   - bound: what the coordinator listens on.
    ///   - address: what the user asks for.
    ///   - addresses: of this host, the most likely one first.
    init(_ bound: Endpoint, address: String?, addresses: [HostAddress] = HostAddress.all()) throws {
        guard case .tcp(let host, let port) = bound.address, address != nil || !bound.isConnectable else {
            endpoint = bound
            note = nil
            return
        }
        if let address {
            endpoint = try Self.named(address, port: port)
            note = nil
            return
        }
        // IPv6 reaches none but a socket of IPv6, which takes IPv4 as well.
        let usable = addresses.filter { host.hasPrefix("[") || !$0.isIPv6 }
        guard let chosen = usable.first else {
            throw CommandFailure(
                "this host has no address but loopback; name one with --address ADDR", exitCode: .usage)
        }
        endpoint = try Endpoint("tcp://\(chosen.text):\(port)")
        let others = usable.dropFirst().map { "\($0.text) (\($0.interface))" }
        let choice = "The host is to reach this one at \(chosen.text) (\(chosen.interface))"
        note =
            others.isEmpty
            ? choice + "; --address ADDR names another address or a host name."
            : choice + ", of several addresses; --address ADDR chooses another: \(others.joined(separator: ", "))."
    }

    /// - Parameters:
    ///   - address: `HOST` or `HOST:PORT`, with or without `tcp://`; an IPv6 address bare or in brackets.
    ///   - port: the coordinator's. Another one is that of a forwarder before it.
    private static func named(_ address: String, port: UInt16) throws -> Endpoint {
        let text = address.hasPrefix("tcp://") ? String(address.dropFirst("tcp://".count)) : address
        let colonCount = text.count { $0 == ":" }
        let hasPort = text.hasPrefix("[") ? text.contains("]:") : colonCount == 1
        if hasPort { return try Endpoint("tcp://\(text)") }
        let isBare = colonCount > 0 && !text.hasPrefix("[")
        return try Endpoint("tcp://\(isBare ? "[\(text)]" : text):\(port)")
    }
}
