import ChildProcesses
import Glibc
import TestSupport

/// An ext4 file system in a file, whose device can be said to fail, until `unmount`.
final class FailingDisk {
    private let path: String
    private let image: String

    static let isAllowed: Bool = {
        let directory = TemporaryDirectory()
        guard let disk = FailingDisk(at: directory.file("disk"), image: directory.file("image")) else { return false }
        disk.unmount()
        return true
    }()

    init?(at path: String, image: String) {
        self.path = path
        self.image = image
        mkdir(path, 0o700)
        let descriptor = open(image, O_WRONLY | O_CREAT | O_CLOEXEC, 0o600)
        defer { close(descriptor) }
        guard ftruncate(descriptor, 24 << 20) == 0, Self.run("mkfs.ext4", "-q", image), mount() else { return nil }
    }

    /// From now on every write fails, as after an error of the device.
    func fail() { _ = Self.run("mount", "-o", "remount,abort", path) }

    /// What the file system knows of it is repaired, and it can be written again.
    func mend() -> Bool {
        unmount()
        // 1: errors were found and corrected.
        _ = Self.run("e2fsck", "-fy", image)
        return mount()
    }

    func unmount() { _ = Self.run("umount", path) }

    private func mount() -> Bool { Self.run("mount", "-o", "loop", image, path) }

    private static func run(_ words: String...) -> Bool {
        let path = ["PATH": "/usr/sbin:/sbin:/usr/bin:/bin"]
        guard let program = try? ChildProcess(executable: "/usr/bin/env", arguments: words, environment: path) else {
            return false
        }
        program.closeInput()
        while !program.read().isEmpty {}
        return program.wait() == .exited(0)
    }
}
