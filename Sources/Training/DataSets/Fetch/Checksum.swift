import Crypto
import Experiment
import Glibc

/// A checksum that an archive must have.
package struct Checksum: Sendable, Hashable {
    package enum Algorithm: String, Sendable {
        case md5 = "MD5"
        case sha256 = "SHA-256"
    }

    package let algorithm: Algorithm
    /// Lower-case hexadecimal digits, 32 or 64 of them.
    package let digits: String

    /// `nil` unless `digits` are as many hexadecimal digits as the algorithm gives.
    package init?(_ algorithm: Algorithm, _ digits: String) {
        let length = algorithm == .md5 ? 32 : 64
        guard digits.utf8.count == length, digits.allSatisfy({ $0.isASCII && $0.isHexDigit }) else { return nil }
        self.algorithm = algorithm
        self.digits = digits.lowercased()
    }

    /// Throws `.wrongChecksum` for the first of `expected` that the file does not have. Reads the file once.
    static func check(_ path: String, against expected: [Checksum]) throws(DataSetError) {
        let found = try digests(of: path)
        for checksum in expected where found[checksum.algorithm] != checksum.digits {
            throw DataSetError(
                .wrongChecksum, path: path,
                message: "another archive than expected: \(checksum.algorithm.rawValue) \(checksum.digits) expected, "
                    + "\(found[checksum.algorithm] ?? "none") found")
        }
    }

    /// - Throws: a `DataSetError` where the file cannot be read.
    package static func digests(of path: String) throws(DataSetError) -> [Algorithm: String] {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw .system("open", path: path, errno: errno) }
        defer { close(descriptor) }
        var md5 = Insecure.MD5()
        var sha256 = SHA256()
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 20, alignment: 64)
        defer { buffer.deallocate() }
        while true {
            let count = read(descriptor, buffer.baseAddress, buffer.count)
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw .system("read", path: path, errno: errno) }
            guard count > 0 else { break }
            let bytes = UnsafeRawBufferPointer(rebasing: buffer[..<count])
            md5.update(bufferPointer: bytes)
            sha256.update(bufferPointer: bytes)
        }
        return [.md5: hexText(md5.finalize()), .sha256: hexText(sha256.finalize())]
    }
}
