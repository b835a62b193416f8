import Crypto
import DurableFiles
import Experiment

/// Writes a bundle, file by file: the same files give the same bytes.
package struct BundleWriter {
    private let appender: FileAppender
    /// Unpacked, all files lie in a directory of this name.
    private let directory: String
    private var offset = 0
    private var entries: [Manifest.Entry] = []

    /// - Parameter directory: a plain name.
    package init(to appender: FileAppender, directory: String) {
        self.appender = appender
        self.directory = directory
    }

    /// Writes a file with the bytes that `make` passes on, or none where it returns `false` and has passed none on.
    ///
    /// - Throws: `FileFault` where the archive cannot be written, `Finding` where the file is larger than one of an
    ///   archive can be; and what `make` throws.
    package mutating func add(
        _ file: BundleFile, _ make: (_ pass: @escaping ([UInt8]) throws -> Void) throws -> Bool
    ) throws {
        let content = Content(appender)
        guard try make({ try content.append($0) }) else { return }
        try content.append([])
        guard content.byteCount <= file.byteLimit else {
            throw Finding(file.name, "is larger than \(megabytesText(file.byteLimit)), the most that a bundle takes")
        }
        let header = TarHeader(file: "\(directory)/\(file.name)", byteCount: content.byteCount)
        try appender.append([UInt8](repeating: 0, count: header.paddedByteCount - content.byteCount))
        try appender.overwrite(header.bytes, at: offset)
        offset += TarHeader.blockSize + header.paddedByteCount
        entries.append(Manifest.Entry(file, ContentDigest(content.hash)))
    }

    /// Writes a file that is in memory.
    ///
    /// - Throws: as the other `add`.
    package mutating func add(_ file: BundleFile, _ text: String) throws {
        try add(file) { pass in
            try pass(Array(text.utf8))
            return true
        }
    }

    /// Writes the sums of all files, and the archive's end.
    ///
    /// - Throws: `FileFault` where the archive cannot be written.
    package mutating func end() throws {
        try add(.manifest, Manifest(entries).text)
        try appender.append([UInt8](repeating: 0, count: 2 * TarHeader.blockSize))
    }
}

/// A file of the archive while it is made. Its size is known behind its last byte and stands before the first one,
/// where room is left for it.
private final class Content {
    private let appender: FileAppender
    private(set) var hash = SHA256()
    private(set) var byteCount = 0
    private var hasHeader = false

    init(_ appender: FileAppender) {
        self.appender = appender
    }

    func append(_ piece: [UInt8]) throws {
        if !hasHeader { try appender.append([UInt8](repeating: 0, count: TarHeader.blockSize)) }
        hasHeader = true
        try appender.append(piece)
        hash.update(data: piece)
        byteCount += piece.count
    }
}
