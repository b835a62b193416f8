import Glibc

/// An address to bind or to connect to: `tcp://ADDR:PORT` or `ipc://PATH`.
///
/// ADDR is an IPv4 address, an IPv6 address in brackets, a host name, `*` for every interface, or the name of an
/// interface. PORT is 1 to 65535, or `0` or `*` for one that the system chooses. PATH has 1 to 107 bytes.
public struct Endpoint: Sendable, Hashable, CustomStringConvertible {
    public enum Address: Sendable, Hashable {
        /// `host` is as written, brackets included; port 0 stands for one that the system chooses.
        case tcp(host: String, port: UInt16)
        case ipc(path: String)
    }

    public let address: Address

    /// - Throws: `invalidEndpoint`, with what would be right.
    public init(_ text: String) throws(TransportError) {
        if let rest = text.strippingPrefix("tcp://") {
            address = try Self.parseTCP(rest, in: text)
        } else if let rest = text.strippingPrefix("ipc://") {
            address = try Self.parseIPC(rest, in: text)
        } else {
            throw Self.invalid(text, "write tcp://ADDR:PORT or ipc://PATH")
        }
    }

    public var description: String {
        switch address {
        case .tcp(let host, let port): "tcp://\(host):\(port)"
        case .ipc(let path): "ipc://\(path)"
        }
    }

    /// Whether another process can connect to it: a wildcard names no host, and port 0 no port.
    public var isConnectable: Bool {
        switch address {
        case .tcp(let host, let port): port != 0 && !["*", "0.0.0.0", "[::]"].contains(host)
        case .ipc: true
        }
    }

    /// Whether only processes of this host reach it.
    public var isOfThisHostAlone: Bool {
        switch address {
        case .tcp(let host, _): host.hasPrefix("127.") || ["[::1]", "localhost"].contains(host)
        case .ipc: true
        }
    }

    /// Whether its host is given as an IPv6 address.
    public var isIPv6: Bool { usesIPv6 }

    /// Whether it is a socket of this host's file system.
    var isLocalSocket: Bool {
        if case .ipc = address { true } else { false }
    }

    /// Whether libzmq must be told to use IPv6. Host names resolve to IPv4 only: with IPv6 on, libzmq would try just
    /// the first address, `::1` for `localhost`, where nobody may listen.
    var usesIPv6: Bool {
        if case .tcp(let host, _) = address { host.hasPrefix("[") } else { false }
    }
}

// MARK: - Parsing

extension Endpoint {
    /// `sockaddr_un.sun_path` has 108 bytes with the closing zero.
    static let longestPath = 107

    private static func parseTCP(_ rest: Substring, in text: String) throws(TransportError) -> Address {
        guard let colon = rest.lastIndex(of: ":") else { throw invalid(text, "add a port: \(text):PORT") }
        let host = String(rest[..<colon])
        let port = try parsePort(rest[rest.index(after: colon)...], in: text)
        if host.hasPrefix("[") {
            guard host.hasSuffix("]"), isIPv6(String(host.dropFirst().dropLast())) else {
                throw invalid(text, "write an IPv6 address in brackets, for example tcp://[::1]:5555")
            }
        } else if host.contains(":") {
            throw invalid(text, "put the IPv6 address in brackets, for example tcp://[::1]:5555")
        } else if host.utf8.allSatisfy({ isDigit($0) || $0 == UInt8(ascii: ".") }) {
            guard isIPv4(host) else { throw invalid(text, "write an IPv4 address, for example tcp://192.0.2.1:5555") }
        } else if host != "*" {
            guard (1...253).contains(host.utf8.count), host.utf8.allSatisfy(isNameByte) else {
                throw invalid(text, "write an address, a host name, an interface or * before the port")
            }
        }
        return .tcp(host: host, port: port)
    }

    private static func parsePort(_ text: Substring, in whole: String) throws(TransportError) -> UInt16 {
        if text == "*" { return 0 }
        guard (1...5).contains(text.utf8.count), text.utf8.allSatisfy(isDigit), let port = UInt16(text) else {
            throw invalid(whole, "the port is a number from 0 to 65535, or *")
        }
        return port
    }

    private static func parseIPC(_ path: Substring, in text: String) throws(TransportError) -> Address {
        // libzmq would take both: a name in the abstract space, which no directory protects, and a random path.
        guard !path.isEmpty, path.utf8.first != UInt8(ascii: "@"), path != "*", !path.utf8.contains(0) else {
            throw invalid(text, "write the path of a socket file after ipc://")
        }
        guard path.utf8.count <= longestPath else {
            throw invalid(
                text, "the path has \(path.utf8.count) bytes and the system takes \(longestPath): use a shorter one")
        }
        return .ipc(path: String(path))
    }

    private static func invalid(_ text: String, _ remedy: String) -> TransportError {
        TransportError(.invalidEndpoint, "'\(text)' is not an endpoint", remedy: remedy)
    }

    private static func isIPv4(_ text: String) -> Bool {
        var address = in_addr()
        return inet_pton(AF_INET, text, &address) == 1
    }

    private static func isIPv6(_ text: String) -> Bool {
        var address = in6_addr()
        let parts = text.split(separator: "%", maxSplits: 1, omittingEmptySubsequences: false)
        guard let digits = parts.first, inet_pton(AF_INET6, String(digits), &address) == 1 else { return false }
        return parts.count == 1 || (!parts[1].isEmpty && parts[1].utf8.allSatisfy(isNameByte))
    }

    private static func isDigit(_ byte: UInt8) -> Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) }

    private static func isNameByte(_ byte: UInt8) -> Bool {
        isDigit(byte) || (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20)
            || [UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_")].contains(byte)
    }
}
