import CommandOutput
import HostSystem
import Transport

/// The endpoint as another host reaches it: a wildcard binds every address, and names none.
package struct ReachableEndpoint {
    package let endpoint: Endpoint
    /// What was chosen and what else there is, or why hosts may not reach it; `nil` where there is nothing to say.
    package let note: String?

    /// - Parameters:
    ///   - bound: what the coordinator listens on.
    ///   - address: what the user asks for.
    ///   - addresses: of this host, the most likely one first.
    /// - Throws: `CommandFailure` of code `.usage` where this host has none; a `TransportError` where `address` is no
    ///   address.
    package init(_ bound: Endpoint, address: String?, addresses: [HostAddress] = HostAddress.all()) throws {
        guard case .tcp(let host, let port) = bound.address, address != nil || !bound.isConnectable else {
            endpoint = bound
            note = Self.doubt(about: bound, of: bound)
            return
        }
        if let address {
            endpoint = try Self.named(address, port: port)
            note = Self.doubt(about: endpoint, of: bound)
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

    /// Why a token for `endpoint` may let nobody in; `nil` where it should work.
    private static func doubt(about endpoint: Endpoint, of bound: Endpoint) -> String? {
        if endpoint.isOfThisHostAlone {
            return "Nobody but this host reaches \(endpoint), unless the other one forwards a port of its own to it; "
                + "for other hosts start the sweep with --listen tcp://ADDR:PORT."
        }
        guard endpoint.isIPv6, !bound.isIPv6 else { return nil }
        return "The coordinator listens on IPv4 alone, at \(bound): \(endpoint) reaches it through a forwarder only; "
            + "start the sweep with --listen tcp://[::]:PORT for both."
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
