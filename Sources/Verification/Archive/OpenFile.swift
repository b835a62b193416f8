import DurableFiles
import Glibc
import HostSystem

/// A regular file that is open for reading, wherever its name points to meanwhile.
package final class OpenFile: Sendable {
    package let path: String
    package let byteCount: Int
    private let descriptor: Int32

    /// - Parameter followsLink: whether the path may be a symbolic link. What somebody else packed may not.
    /// - Throws: `FileFault` where it cannot be opened, or is something else than a file.
    package init(_ path: String, followsLink: Bool = true) throws(FileFault) {
        // Without waiting: the name may be that of a pipe.
        let flags = O_RDONLY | O_CLOEXEC | O_NONBLOCK | (followsLink ? 0 : O_NOFOLLOW)
        let descriptor = open(path, flags)
        guard descriptor >= 0 else { throw FileFault("open", path: path, code: errno) }
        var status = stat()
        guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
            close(descriptor)
            throw FileFault("read", path: path, code: EISDIR)
        }
        self.path = path
        self.descriptor = descriptor
        byteCount = status.st_size
    }

    deinit { close(descriptor) }

    /// As many bytes as there are, at most `count`.
    ///
    /// - Throws: `FileFault` where they cannot be read.
    func bytes(at offset: Int, count: Int) throws(FileFault) -> [UInt8] {
        var code: Int32 = 0
        let bytes = [UInt8](unsafeUninitializedCapacity: count) { buffer, done in
            (done, code) = readAll(into: UnsafeMutableRawBufferPointer(buffer), from: descriptor, at: offset)
        }
        guard code == 0 else { throw FileFault("read", path: path, code: code) }
        return bytes
    }
}

/// A part of a file: one of an archive's files, or all of it.
package struct FileSlice: Sendable {
    private static let pieceSize = 256 << 10

    private let file: OpenFile
    private let offset: Int
    package let byteCount: Int

    init(of file: OpenFile, at offset: Int, byteCount: Int) {
        self.file = file
        self.offset = offset
        self.byteCount = byteCount
    }

    package init(_ file: OpenFile) {
        self.init(of: file, at: 0, byteCount: file.byteCount)
    }

    /// As many bytes as there are, at most `count`.
    ///
    /// - Throws: `FileFault` where they cannot be read.
    package func bytes(at start: Int, count: Int) throws(FileFault) -> [UInt8] {
        let available = min(count, byteCount - start)
        return available > 0 ? try file.bytes(at: offset + start, count: available) : []
    }

    /// All of it, for one that is known to be small.
    ///
    /// - Throws: `FileFault` where it cannot be read.
    package func allBytes() throws(FileFault) -> [UInt8] { try bytes(at: 0, count: byteCount) }

    /// Calls `body` with the bytes in their order, piece by piece.
    ///
    /// - Throws: `FileFault` where they cannot be read, also where the file became shorter; and what `body` throws.
    package func forEachPiece(_ body: ([UInt8]) throws -> Void) throws {
        var done = 0
        while done < byteCount {
            let piece = try bytes(at: done, count: Self.pieceSize)
            guard !piece.isEmpty else { throw FileFault("read", path: file.path, code: EIO) }
            try body(piece)
            done += piece.count
        }
    }
}
