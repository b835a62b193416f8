import Glibc

/// A whole file, mapped for reading. The pages are the page cache's own, so all processes that map it share them.
///
/// Unchecked: the mapping is read-only and lives as long as the object. A file that another process cuts short
/// meanwhile ends this process with SIGBUS; data files are replaced by rename, never rewritten.
final class MappedFile: RecordSegment, @unchecked Sendable {
    let path: String
    let byteCount: Int
    private let address: UnsafeMutableRawPointer
    let start: UnsafePointer<UInt8>

    /// - Parameter byteCount: The size that the file must have, over 0.
    init(path: String, byteCount: Int) throws(DataSetError) {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw .system("open", path: path, errno: errno) }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw .system("stat", path: path, errno: errno) }
        guard status.st_mode & S_IFMT == S_IFREG else {
            throw .system("read", path: path, errno: status.st_mode & S_IFMT == S_IFDIR ? EISDIR : EINVAL)
        }
        try Self.check(size: Int(status.st_size), expected: byteCount, path: path)
        let mapping = mmap(nil, byteCount, PROT_READ, MAP_SHARED, descriptor, 0)
        guard let mapping, mapping != MAP_FAILED else { throw .system("map", path: path, errno: errno) }
        self.path = path
        self.byteCount = byteCount
        address = mapping
        start = UnsafePointer(mapping.assumingMemoryBound(to: UInt8.self))
    }

    deinit { munmap(address, byteCount) }

    private static func check(size: Int, expected: Int, path: String) throws(DataSetError) {
        guard size != expected else { return }
        let fault =
            size < expected ? "truncated at byte offset \(size)" : "more than the file holds from offset \(expected)"
        throw DataSetError(
            .wrongSize, path: path, offset: min(size, expected),
            message: "\(fault): \(size) bytes instead of \(expected); \(CIFAR10Files.remedy)")
    }
}
