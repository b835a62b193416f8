import Glibc

/// The user at the other end of a connected Unix socket, as the kernel recorded it: of a client when it connected, of a
/// server when it began to listen. Neither can say anything else. `nil` where there is no other end.
public func userOfPeer(at descriptor: Int32) -> uid_t? {
    // `struct ucred`, which glibc declares for _GNU_SOURCE only.
    var credentials: (process: pid_t, user: uid_t, group: gid_t) = (0, 0, 0)
    var size = socklen_t(MemoryLayout.size(ofValue: credentials))
    guard getsockopt(descriptor, SOL_SOCKET, SO_PEERCRED, &credentials, &size) == 0, size == 12,
        credentials.user != uid_t.max
    else { return nil }
    return credentials.user
}
