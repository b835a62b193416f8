import Glibc

/// A socket that listens at a port of the loopback address, which the system chose.
final class Listener: Sendable {
    let port: UInt16
    private let descriptor: Int32

    struct Failure: Error {
        let code = errno
    }

    init() throws {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = in_addr_t(INADDR_LOOPBACK).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let result = withUnsafeMutableBytes(of: &address) { bytes in
            let pointer = bytes.baseAddress!.assumingMemoryBound(to: sockaddr.self)
            guard bind(descriptor, pointer, length) == 0, listen(descriptor, 1) == 0 else { return Int32(-1) }
            return getsockname(descriptor, pointer, &length)
        }
        self.descriptor = descriptor
        port = UInt16(bigEndian: address.sin_port)
        guard result == 0 else {
            close(descriptor)
            throw Failure()
        }
    }

    deinit {
        close(descriptor)
    }
}
