import Foundation
import Glibc

/// A file system of a few megabytes in memory, until `unmount` or the end of the value.
final class SmallDisk {
    private let path: String
    private var ballast: String { "\(path)/ballast" }

    static let isAllowed: Bool = {
        let path = NSTemporaryDirectory() + "sweep-disk-" + UUID().uuidString
        defer { rmdir(path) }
        return SmallDisk(at: path, kibibytes: 64) != nil
    }()

    init?(at path: String, kibibytes: Int) {
        self.path = path
        mkdir(path, 0o700)
        guard mount("tmpfs", path, "tmpfs", 0, "size=\(kibibytes)k") == 0 else { return nil }
    }

    deinit { unmount() }

    func unmount() { umount2(path, Int32(MNT_DETACH)) }

    func fill() {
        let descriptor = open(ballast, O_WRONLY | O_CREAT, 0o600)
        defer { close(descriptor) }
        let block = [UInt8](repeating: 0, count: 4096)
        while write(descriptor, block, block.count) > 0 {}
    }

    func makeRoom() { unlink(ballast) }

    func setReadOnly(_ isReadOnly: Bool) {
        mount("tmpfs", path, "tmpfs", UInt(MS_REMOUNT) | (isReadOnly ? UInt(MS_RDONLY) : 0), nil)
    }
}
