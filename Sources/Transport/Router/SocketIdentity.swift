import Glibc

/// Which socket a descriptor stood for when it was looked at. The number may stand for something else by now.
struct SocketIdentity: Equatable {
    private let device: dev_t
    private let inode: ino_t

    /// `nil` where the descriptor is no socket.
    init?(_ descriptor: Int32) {
        var status = stat()
        guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFSOCK else { return nil }
        device = status.st_dev
        inode = status.st_ino
    }

    /// Ends the connection of the descriptor, where that still stands for this socket: its duplicate cannot change any
    /// more, and is examined first.
    ///
    /// - Returns: whether it did.
    func shutDown(_ descriptor: Int32) -> Bool {
        let duplicate = fcntl(descriptor, F_DUPFD_CLOEXEC, 0)
        guard duplicate >= 0 else { return false }
        defer { close(duplicate) }
        guard SocketIdentity(duplicate) == self else { return false }
        return shutdown(duplicate, Int32(SHUT_RDWR)) == 0
    }
}
