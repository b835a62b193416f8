import Foundation
import Glibc

/// Whether `::1` can be bound; containers often lack it.
let hasIPv6Loopback: Bool = {
    let interfaces = try? String(contentsOfFile: "/proc/net/if_inet6", encoding: .utf8)
    return interfaces?.contains("00000000000000000000000000000001") == true
}()

/// A TCP connection to a port of this host, without any protocol.
final class RawClient {
    private let descriptor: Int32

    init(port: UInt16) throws {
        descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = loopback(port: port)
        let result = withSocketAddress(&address) { connect(descriptor, $0, $1) }
        if result != 0 { throw POSIXError(POSIXErrorCode(rawValue: errno)!) }
    }

    func send(_ bytes: [UInt8]) {
        // The other end may hang up in between.
        _ = Glibc.send(descriptor, bytes, bytes.count, Int32(MSG_NOSIGNAL))
    }

    func close() { shutdown(descriptor, Int32(SHUT_RDWR)) }

    deinit {
        Glibc.close(descriptor)
    }
}

/// A server that greets everybody with the same bytes and hangs up.
final class RawServer: Sendable {
    let port: UInt16
    private let descriptor: Int32

    init(answering bytes: [UInt8]) throws {
        let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = loopback(port: 0)
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        guard withSocketAddress(&address, { bind(listener, $0, $1) }) == 0, listen(listener, 8) == 0,
            withSocketAddress(&address, { pointer, _ in getsockname(listener, pointer, &length) }) == 0
        else { throw POSIXError(POSIXErrorCode(rawValue: errno)!) }
        descriptor = listener
        port = UInt16(bigEndian: address.sin_port)
        Thread.detachNewThread {
            while true {
                let connection = accept(listener, nil, nil)
                guard connection >= 0 else { break }
                _ = Glibc.send(connection, bytes, bytes.count, Int32(MSG_NOSIGNAL))
                Glibc.close(connection)
            }
            Glibc.close(listener)
        }
    }

    /// Ends `accept`, and with it the thread.
    deinit {
        shutdown(descriptor, Int32(SHUT_RDWR))
    }
}

private func loopback(port: UInt16) -> sockaddr_in {
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = port.bigEndian
    address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    return address
}

private func withSocketAddress<Result>(
    _ address: inout sockaddr_in, _ body: (UnsafeMutablePointer<sockaddr>, socklen_t) -> Result
) -> Result {
    withUnsafeMutablePointer(to: &address) { pointer in
        pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
            body($0, socklen_t(MemoryLayout<sockaddr_in>.size))
        }
    }
}
