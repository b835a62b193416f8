import Glibc

/// What tells two states of a file apart without reading it.
struct FileStamp: Sendable, Equatable {
    let device: UInt64
    let inode: UInt64
    let byteCount: Int
    let modified: Duration
    /// When the status changed last: nobody can set it back, as they can the modification time.
    let changed: Duration

    init(_ status: stat) {
        device = UInt64(status.st_dev)
        inode = UInt64(status.st_ino)
        byteCount = Int(status.st_size)
        modified = .seconds(status.st_mtim.tv_sec) + .nanoseconds(status.st_mtim.tv_nsec)
        changed = .seconds(status.st_ctim.tv_sec) + .nanoseconds(status.st_ctim.tv_nsec)
    }

    /// Whether what was read at this time, since 1970, is what the stamp stands for. File systems stamp changes by the
    /// kernel's tick, at most 10 ms: a change within the tick of the reading would leave the stamp as it is, so a fresh
    /// one is not trusted; nor is one from the future.
    func isSettled(at time: Duration) -> Bool { time - changed > .milliseconds(100) }

    /// Since 1970: what file systems stamp with. Only compared with such stamps.
    static func clock() -> Duration {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return .seconds(time.tv_sec) + .nanoseconds(time.tv_nsec)
    }
}
