import Glibc

/// Calls `body` with the address of the socket at `path`; `nil` where the system takes no path that long.
public func withUnixAddress<Result>(
    of path: String, _ body: (UnsafePointer<sockaddr>, socklen_t) -> Result
) -> Result? {
    guard path.utf8.count <= RuntimeDirectory.socketPathLimit else { return nil }
    // The zero byte at the end of a path counts.
    return withUnixAddress(named: Array(path.utf8) + [0], body)
}

/// Calls `body` with an address in the abstract space, whose names are in no directory.
public func withAbstractUnixAddress<Result>(
    named name: String, _ body: (UnsafePointer<sockaddr>, socklen_t) -> Result
) -> Result {
    withUnixAddress(named: [0] + Array(name.utf8), body)
}

private func withUnixAddress<Result>(
    named name: [UInt8], _ body: (UnsafePointer<sockaddr>, socklen_t) -> Result
) -> Result {
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    precondition(name.count <= MemoryLayout.size(ofValue: address.sun_path), "a name of \(name.count) bytes")
    withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: name) }
    // An abstract name has as many bytes as the length says.
    let length = socklen_t(MemoryLayout<sa_family_t>.size + name.count)
    return withUnsafePointer(to: &address) {
        $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { body($0, length) }
    }
}
