import Glibc
import TestSupport

/// A small file system in memory, until `unmount` or the end of the value.
final class SmallDisk {
    private let path: String

    static let isAllowed: Bool = {
        let directory = TemporaryDirectory()
        return SmallDisk(at: directory.file("disk"), kibibytes: 64) != nil
    }()

    init?(at path: String, kibibytes: Int) {
        self.path = path
        mkdir(path, 0o700)
        guard mount("tmpfs", path, "tmpfs", 0, "size=\(kibibytes)k") == 0 else { return nil }
    }

    deinit { unmount() }

    func unmount() { umount2(path, Int32(MNT_DETACH)) }

    func grow(toKibibytes size: Int) {
        let code = mount("tmpfs", path, "tmpfs", UInt(MS_REMOUNT), "size=\(size)k")
        precondition(code == 0, "the disk cannot be made larger: \(String(cString: strerror(errno)))")
    }

    func setReadOnly(_ isReadOnly: Bool) {
        mount("tmpfs", path, "tmpfs", UInt(MS_REMOUNT) | (isReadOnly ? UInt(MS_RDONLY) : 0), nil)
    }
}
