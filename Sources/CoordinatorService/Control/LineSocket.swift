import Glibc
import HostSystem

/// A stream socket between processes of one host that carries lines; closed with the value.
///
/// Each single read or write has the timeout that was set, so that a peer which says nothing holds nobody up.
package struct LineSocket: ~Copyable, Sendable {
    /// A request may name every task of the largest sweep: 100,000 of 35 bytes each.
    package static let byteLimit = 4 << 20

    package let descriptor: Int32

    package init(descriptor: Int32) {
        self.descriptor = descriptor
    }

    /// `nil`, and `errno`, where there is none to be had.
    package init?() {
        descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { return nil }
    }

    deinit { close(descriptor) }

    package func setTimeout(seconds: Int) {
        var time = timeval(tv_sec: seconds, tv_usec: 0)
        let size = socklen_t(MemoryLayout<timeval>.size)
        setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &time, size)
        setsockopt(descriptor, SOL_SOCKET, SO_SNDTIMEO, &time, size)
    }

    package func write(line: [UInt8]) -> Bool {
        writeAll(line + [UInt8(ascii: "\n")], to: descriptor, isSocket: true) == 0
    }

    /// Whether the peer is gone, or has closed its end.
    var isHungUp: Bool {
        var byte: UInt8 = 0
        return recv(descriptor, &byte, 1, Int32(MSG_PEEK) | Int32(MSG_DONTWAIT)) == 0
    }

    /// `nil` where none comes in time, or one over the limit. A peer that sends a byte now and then is held to
    /// `deadline` as well.
    package func readLine(until deadline: ContinuousClock.Instant) -> [UInt8]? {
        var line: [UInt8] = []
        var block = [UInt8](repeating: 0, count: 64 << 10)
        while line.count <= Self.byteLimit, ContinuousClock.now < deadline {
            let count = recv(descriptor, &block, block.count, 0)
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { return nil }
            if let end = block[..<count].firstIndex(of: UInt8(ascii: "\n")) { return line + block[..<end] }
            line += block[..<count]
        }
        return nil
    }
}
