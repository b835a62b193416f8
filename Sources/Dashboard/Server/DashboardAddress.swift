import Glibc

/// Where the page is served: `127.0.0.1:8080`, `[::1]:8080`, `localhost:8080`, or a port alone, which is one of the
/// loopback address. Port 0 is one that the system chooses.
public struct DashboardAddress: Sendable, Hashable, CustomStringConvertible {
    /// An IPv4 or IPv6 address, without brackets.
    public let host: String
    public let port: UInt16

    /// - Throws: what would be right.
    public init(_ text: String) throws(DashboardError) {
        let (host, port) = Self.split(text)
        guard (1...5).contains(port.utf8.count), port.utf8.allSatisfy({ (0x30...0x39).contains($0) }),
            let port = UInt16(port)
        else { throw DashboardError("give ADDR:PORT with a port from 0 to 65535, such as 127.0.0.1:8080") }
        if host == "localhost" {
            self.host = "127.0.0.1"
        } else if host.hasPrefix("["), host.hasSuffix("]"), Self.isIPv6(host.dropFirst().dropLast()) {
            self.host = String(host.dropFirst().dropLast())
        } else if Self.isIPv4(host) {
            self.host = String(host)
        } else {
            throw DashboardError(
                "give an IPv4 address, an IPv6 address in brackets or localhost before the port, "
                    + "such as 127.0.0.1:8080; 0.0.0.0 is every address of this host")
        }
        self.port = port
    }

    init(host: String, port: UInt16) {
        self.host = host
        self.port = port
    }

    private static func split(_ text: String) -> (host: Substring, port: Substring) {
        guard let colon = text.lastIndex(of: ":") else { return ("127.0.0.1", text[...]) }
        return (text[..<colon], text[text.index(after: colon)...])
    }

    /// Whether only this host can connect to it.
    public var isLoopback: Bool { Self.isLoopback(host) }

    /// Whether it is every address of this host, and so none that a browser could go to.
    public var isWildcard: Bool { ["0.0.0.0", "::"].contains(host) }

    public var description: String { host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)" }

    static func isLoopback(_ host: some StringProtocol) -> Bool {
        var address = in6_addr()
        if inet_pton(AF_INET6, String(host), &address) == 1 {
            return withUnsafeBytes(of: address) { $0.dropLast().allSatisfy { $0 == 0 } && $0[15] == 1 }
        }
        return isIPv4(host) && host.hasPrefix("127.")
    }

    private static func isIPv4(_ text: some StringProtocol) -> Bool {
        var address = in_addr()
        return inet_pton(AF_INET, String(text), &address) == 1
    }

    private static func isIPv6(_ text: some StringProtocol) -> Bool {
        var address = in6_addr()
        return inet_pton(AF_INET6, String(text), &address) == 1
    }
}

/// The page cannot be served; one line with the remedy.
public struct DashboardError: Error, Sendable, CustomStringConvertible {
    public let description: String

    init(_ description: String) {
        self.description = description
    }
}
