import Glibc

/// What the kernel counted of a TCP connection.
///
/// Source: `struct tcp_info` in <linux/tcp.h>, whose fields keep their places and are followed by newer ones; these two
/// are there since Linux 4.1. The struct in <netinet/tcp.h> of the C library ends before them.
struct SocketTraffic {
    let acknowledgedByteCount: UInt64
    let receivedByteCount: UInt64

    private static let (acknowledgedOffset, receivedOffset, byteCount) = (120, 128, 136)

    /// `nil` where the descriptor is no TCP socket.
    init?(of descriptor: Int32) {
        var bytes = [UInt8](repeating: 0, count: Self.byteCount)
        var length = socklen_t(Self.byteCount)
        guard getsockopt(descriptor, Int32(IPPROTO_TCP), TCP_INFO, &bytes, &length) == 0, length == Self.byteCount
        else { return nil }
        acknowledgedByteCount = bytes.withUnsafeBytes {
            $0.loadUnaligned(fromByteOffset: Self.acknowledgedOffset, as: UInt64.self)
        }
        receivedByteCount = bytes.withUnsafeBytes {
            $0.loadUnaligned(fromByteOffset: Self.receivedOffset, as: UInt64.self)
        }
    }
}
