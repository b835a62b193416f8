import DurableFiles
import Experiment
import Glibc

/// Where the bytes of tables come from, piece by piece: files, or a journal of which they are made on the way.
public protocol TableSource {
    /// Passes the bytes of a table on, in order.
    ///
    /// - Returns: `false` where there is no such table; nothing was passed on.
    /// - Throws: what `pass` throws, and where the table cannot be read.
    func read(_ file: ReportFile, _ pass: @escaping ([UInt8]) throws -> Void) throws -> Bool
}

/// The tables in a directory.
public struct TableFiles: TableSource {
    private static let pieceSize = 256 << 10

    private let directory: String

    public init(in directory: String) {
        self.directory = directory
    }

    /// - Throws: `FileFault`, and what `pass` throws.
    public func read(_ file: ReportFile, _ pass: @escaping ([UInt8]) throws -> Void) throws -> Bool {
        let path = "\(directory)/\(file.rawValue)"
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        if descriptor < 0, errno == ENOENT { return false }
        guard descriptor >= 0 else { throw FileFault("open", path: path, code: errno) }
        defer { close(descriptor) }
        while true {
            var code: Int32 = 0
            let piece = [UInt8](unsafeUninitializedCapacity: Self.pieceSize) { buffer, count in
                let got = Glibc.read(descriptor, buffer.baseAddress, buffer.count)
                code = got < 0 ? errno : 0
                count = max(0, got)
            }
            if code == EINTR { continue }
            guard code == 0 else { throw FileFault("read", path: path, code: code) }
            guard !piece.isEmpty else { return true }
            try pass(piece)
        }
    }
}
