import Foundation
import Glibc
import NIOCore
import NIOPosix

/// A file of the run directory, open: it stays as it is, whatever takes its name meanwhile.
final class ServedFile: Sendable {
    static let chunk = 256 * 1024

    let name: String
    let size: Int
    private let descriptor: Int32

    private init(name: String, size: Int, descriptor: Int32) {
        self.name = name
        self.size = size
        self.descriptor = descriptor
    }

    deinit {
        close(descriptor)
    }

    /// `nil` where there is none. On a thread that may wait for the disk, as all of it.
    static func open(_ path: String) async -> ServedFile? {
        try? await NIOThreadPool.singleton.runIfActive {
            let descriptor = Glibc.open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW)
            guard descriptor >= 0 else { return nil }
            var status = stat()
            guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
                close(descriptor)
                return nil
            }
            let name = path.split(separator: "/").last.map(String.init) ?? path
            return ServedFile(name: name, size: Int(status.st_size), descriptor: descriptor)
        }
    }

    /// The bytes from `offset`, `chunk` of them or what is left.
    func read(from offset: Int) async throws -> ByteBuffer {
        try await NIOThreadPool.singleton.runIfActive { [self] in
            let count = min(Self.chunk, size - offset)
            var buffer = ByteBuffer()
            let got = buffer.writeWithUnsafeMutableBytes(minimumWritableBytes: count) { bytes in
                max(0, pread(descriptor, bytes.baseAddress, count, off_t(offset)))
            }
            // A shorter answer than was announced must not look complete.
            guard got == count else { throw CocoaError(.fileReadUnknown) }
            return buffer
        }
    }
}
