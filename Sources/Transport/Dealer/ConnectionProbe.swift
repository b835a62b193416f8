import Glibc
import HostSystem

/// Finds out why no connection comes about, by a plain connection of its own: libzmq says that an attempt failed, and
/// not why. It blocks for some seconds, so it has a thread of its own; a resolver may take longer.
package enum ConnectionProbe {
    private static let connectTimeoutMilliseconds: Int32 = 2_000
    private static let greetingTimeoutMilliseconds: Int32 = 1_000

    /// `nil` where nothing is wrong with what can be seen from outside, or the endpoint is a socket of this host.
    package static func run(_ endpoint: Endpoint) -> ConnectionTrouble? {
        guard case .tcp(let host, let port) = endpoint.address else { return nil }
        var list: UnsafeMutablePointer<addrinfo>?
        var hints = addrinfo()
        hints.ai_family = endpoint.usesIPv6 ? AF_INET6 : AF_INET
        hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        let name = host.hasPrefix("[") ? String(host.dropFirst().dropLast()) : host
        let code = getaddrinfo(name, String(port), &hints, &list)
        guard code == 0, let address = list?.pointee else {
            return .unknownName(code == EAI_SYSTEM ? SystemReason.words(errno) : String(cString: gai_strerror(code)))
        }
        defer { freeaddrinfo(list) }
        return trouble(at: address)
    }

    private static func trouble(at address: addrinfo) -> ConnectionTrouble {
        let flags = Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue) | Int32(SOCK_NONBLOCK.rawValue)
        let descriptor = socket(address.ai_family, flags, 0)
        guard descriptor >= 0 else { return .other(errno) }
        defer { close(descriptor) }
        if connect(descriptor, address.ai_addr, address.ai_addrlen) != 0 {
            guard errno == EINPROGRESS else { return trouble(ofCode: errno) }
            guard wait(for: descriptor, Int16(POLLOUT), connectTimeoutMilliseconds) else { return .noAnswer }
            var code: Int32 = 0
            var size = socklen_t(MemoryLayout<Int32>.size)
            getsockopt(descriptor, SOL_SOCKET, SO_ERROR, &code, &size)
            if code != 0 { return trouble(ofCode: code) }
        }
        guard wait(for: descriptor, Int16(POLLIN), greetingTimeoutMilliseconds) else { return .silent }
        var bytes = [UInt8](repeating: 0, count: 64)
        let count = recv(descriptor, &bytes, bytes.count, 0)
        return trouble(ofGreeting: bytes.prefix(max(count, 0)))
    }

    private static func trouble(ofCode code: Int32) -> ConnectionTrouble {
        switch code {
        case ECONNREFUSED: .refused
        case EHOSTUNREACH, ENETUNREACH, EHOSTDOWN, ENETDOWN: .noRoute(code)
        case ETIMEDOUT: .noAnswer
        default: .other(code)
        }
    }

    /// ZeroMQ's begins with 0xFF, eight bytes and 0x7F (RFC 23 of ZeroMQ); either end sends it unasked.
    package static func trouble(ofGreeting bytes: ArraySlice<UInt8>) -> ConnectionTrouble {
        let bytes = Array(bytes)
        guard let first = bytes.first else { return .closed }
        if first == 0xFF, bytes.count < 10 || bytes[9] == 0x7F { return .handshakeStalls }
        let line = bytes.prefix { $0 != UInt8(ascii: "\n") && $0 != UInt8(ascii: "\r") }.prefix(40)
        let text = line.map { (0x20..<0x7F).contains($0) ? Character(UnicodeScalar($0)) : "?" }
        return .stranger(String(text))
    }

    private static func wait(for descriptor: Int32, _ events: Int16, _ milliseconds: Int32) -> Bool {
        var item = pollfd(fd: descriptor, events: events, revents: 0)
        var result = poll(&item, 1, milliseconds)
        while result < 0, errno == EINTR { result = poll(&item, 1, milliseconds) }
        return result > 0
    }
}

/// When to look for the reason that there is no connection: soon, and then at a slowing pace.
package struct TroublePace {
    package static let first = Duration.seconds(2)
    package static let longest = Duration.seconds(60)

    private var pause = Self.first
    /// `nil` while there is a connection.
    package private(set) var nextLook: ContinuousClock.Instant?

    package init() {}

    package mutating func begin(at now: ContinuousClock.Instant) {
        pause = Self.first
        nextLook = now + pause
    }

    package mutating func end() { nextLook = nil }

    /// There is a reason to look now.
    package mutating func hasten(at now: ContinuousClock.Instant) {
        if nextLook != nil, pause == Self.first { nextLook = now }
    }

    /// `true` where it is time for a look; then the next one is a longer pause away.
    package mutating func isDue(at now: ContinuousClock.Instant) -> Bool {
        guard let due = nextLook, now >= due else { return false }
        pause = min(pause * 2, Self.longest)
        nextLook = now + pause
        return true
    }
}
