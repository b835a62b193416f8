import Glibc
import HostSystem

/// Why a data set could not be read or fetched: one line that names the place and the remedy.
public struct DataSetError: Error, Sendable, Equatable, CustomStringConvertible {
    /// What is wrong. New codes may be added.
    public struct Code: RawRepresentable, Sendable, Hashable {
        public let rawValue: String
        public init(rawValue: String) { self.rawValue = rawValue }

        /// There is no data set in the directory, or no directory.
        public static let notFound = Code(rawValue: "not-found")
        /// Some batches are there, this one is not.
        public static let missingBatch = Code(rawValue: "missing-batch")
        /// The system refused to open, read or write.
        public static let system = Code(rawValue: "system")
        /// A batch is shorter or longer than 10,000 records.
        public static let wrongSize = Code(rawValue: "wrong-size")
        /// A label is over 9.
        public static let badLabel = Code(rawValue: "bad-label")
        /// The address is none that an archive can be fetched from.
        public static let badAddress = Code(rawValue: "bad-address")
        /// The server cannot be reached, or the connection broke; what came is kept.
        public static let connection = Code(rawValue: "connection")
        /// The server answered with an error.
        public static let refused = Code(rawValue: "refused")
        /// The archive is another one than expected.
        public static let wrongChecksum = Code(rawValue: "wrong-checksum")
        /// `tar` could not unpack the archive.
        public static let badArchive = Code(rawValue: "bad-archive")
        /// A program that the fetch runs is not installed.
        public static let missingProgram = Code(rawValue: "missing-program")
        /// Another process is fetching into the same directory.
        public static let busy = Code(rawValue: "busy")
    }

    public let code: Code
    /// The file, directory or address at fault.
    public let path: String
    /// The byte in the file at which it goes wrong, where there is one.
    public let offset: Int?
    /// The system's error number, where the system reported one.
    public let errno: CInt?
    public let message: String

    public init(_ code: Code, path: String, offset: Int? = nil, errno: CInt? = nil, message: String) {
        self.code = code
        self.path = path
        self.offset = offset
        self.errno = errno
        self.message = message
    }

    public var description: String { "\(path): \(message)" }
}

extension DataSetError {
    /// `action` failed with `errno`, which the caller read directly after the call.
    static func system(_ action: String, path: String, errno: CInt) -> DataSetError {
        DataSetError(
            .system, path: path, errno: errno, message: "cannot \(action): \(SystemReason.text(errno))")
    }
}
