import Glibc
import HostSystem

/// Finds the error number behind a failure of which a library says only that it happened, by trying the like.
struct FileProbe {
    /// `nil` where nothing that was tried failed.
    let systemCode: Int32?

    /// - Parameter path: the file that could not be opened, read or written.
    init(_ path: String) {
        systemCode =
            Self.descriptorFault() ?? Self.mountFault(path) ?? Self.accessFault(path) ?? Self.sizeFault(path)
            ?? Self.writeFault(path)
    }

    /// The library has closed by now what it could open: as many are tried as it needs.
    private static func descriptorFault() -> Int32? {
        var descriptors: [Int32] = []
        defer { for descriptor in descriptors { close(descriptor) } }
        for _ in 0..<descriptorCount {
            let descriptor = open("/dev/null", O_RDONLY | O_CLOEXEC)
            guard descriptor >= 0 else { return [EMFILE, ENFILE].contains(errno) ? errno : nil }
            descriptors.append(descriptor)
        }
        return nil
    }

    /// The database, its log, their index, a file for sorting, and the directory.
    private static let descriptorCount = 5

    private static func mountFault(_ path: String) -> Int32? {
        var status = statvfs()
        guard statvfs(path, &status) == 0 else { return nil }
        if status.f_flag & UInt(ST_RDONLY) != 0 { return EROFS }
        // Some file systems say more than a number holds.
        let (room, isEndless) = status.f_bavail.multipliedReportingOverflow(by: status.f_frsize)
        return !isEndless && room < byteCount ? ENOSPC : nil
    }

    /// The file is not opened for this: to close any descriptor of a database drops all locks that this process has on
    /// it.
    private static func accessFault(_ path: String) -> Int32? {
        access(path, R_OK) == 0 ? nil : errno
    }

    /// The largest file that this process may write is smaller than the database or its log would be.
    private static func sizeFault(_ path: String) -> Int32? {
        let sizes = ["", "-wal", "-shm"].map { suffix in
            var status = stat()
            return stat(path + suffix, &status) == 0 ? UInt(status.st_size) : 0
        }
        return sizes.max()! + byteCount > FileSizeLimit.current ? EFBIG : nil
    }

    /// A process that may not write the file did not write it. Where this one may, a file beside it shows a quota, or a
    /// device that fails.
    private static func writeFault(_ path: String) -> Int32? {
        guard access(path, W_OK) == 0 else { return nil }
        let probe = "\(path)-probe-\(getpid())"
        // A process with this number that was killed may have left its probe.
        unlink(probe)
        let descriptor = open(probe, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { return errno }
        defer {
            close(descriptor)
            unlink(probe)
        }
        let bytes = [UInt8](repeating: 0, count: Int(byteCount))
        let count = write(descriptor, bytes, bytes.count)
        if count < 0 { return errno }
        if count < bytes.count { return ENOSPC }
        return fsync(descriptor) == 0 ? nil : errno
    }

    /// SQLite writes whole pages, and several files: less room than that counts as none.
    private static let byteCount: UInt = 65_536
}
