import Glibc

/// An address of this host, by which others may reach it.
public struct HostAddress: Equatable, Sendable {
    /// The address as an endpoint writes it: in brackets where it is of IPv6.
    public let text: String
    /// Its name.
    public let interface: String

    package init(text: String, interface: String) {
        self.text = text
        self.interface = interface
    }

    public var isIPv6: Bool { text.hasPrefix("[") }

    /// The addresses of interfaces that are up and not loopback, the most likely one first: of the interface of the
    /// default route, then IPv4 before IPv6, then in the kernel's order. IPv6 addresses that hold on one link only are
    /// left out.
    public static func all() -> [HostAddress] {
        ordered(interfaceAddresses(), preferring: defaultInterface(in: contents("/proc/net/route") ?? ""))
    }

    package static func ordered(_ addresses: [HostAddress], preferring preferred: String?) -> [HostAddress] {
        let found = addresses.enumerated().map { ($0.element, order: $0.offset) }
        return found.sorted { left, right in
            rank(left.0, preferred, left.order).lexicographicallyPrecedes(rank(right.0, preferred, right.order))
        }.map(\.0)
    }

    /// The most likely IPv4 address; `nil` where there is none.
    public static func first() -> String? { all().first { !$0.isIPv6 }?.text }

    private static func rank(_ address: HostAddress, _ preferred: String?, _ order: Int) -> [Int] {
        [address.interface == preferred ? 0 : 1, address.isIPv6 ? 1 : 0, order]
    }

    private static func interfaceAddresses() -> [HostAddress] {
        var list: UnsafeMutablePointer<ifaddrs>?
        guard getifaddrs(&list) == 0 else { return [] }
        defer { freeifaddrs(list) }
        let entries = sequence(first: list, next: { $0?.pointee.ifa_next })
        return entries.compactMap { $0.flatMap { HostAddress($0.pointee) } }
    }

    /// `nil` for those by which no other host reaches this one.
    private init?(_ entry: ifaddrs) {
        guard let address = entry.ifa_addr, entry.ifa_flags & UInt32(IFF_UP) != 0,
            entry.ifa_flags & UInt32(IFF_LOOPBACK) == 0
        else { return nil }
        let family = Int32(address.pointee.sa_family)
        let size: Int
        switch family {
        case AF_INET: size = MemoryLayout<sockaddr_in>.size
        case AF_INET6: size = MemoryLayout<sockaddr_in6>.size
        default: return nil
        }
        var bytes = [CChar](repeating: 0, count: Int(NI_MAXHOST))
        guard getnameinfo(address, socklen_t(size), &bytes, socklen_t(bytes.count), nil, 0, NI_NUMERICHOST) == 0 else {
            return nil
        }
        let text = String(decoding: bytes.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
        guard !text.contains("%") else { return nil }
        self.text = family == AF_INET6 ? "[\(text)]" : text
        interface = String(cString: entry.ifa_name)
    }

    /// The interface of the IPv4 default route: the line of `/proc/net/route` whose destination and mask are 0.
    package static func defaultInterface(in routes: String) -> String? {
        for line in routes.split(separator: "\n").dropFirst() {
            let fields = line.split(whereSeparator: \.isWhitespace)
            if fields.count > 7, fields[1] == "00000000", fields[7] == "00000000" { return String(fields[0]) }
        }
        return nil
    }
}
