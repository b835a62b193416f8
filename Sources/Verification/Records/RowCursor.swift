import DurableFiles

/// Reads lines from a part of a table, one after the other.
struct RowCursor {
    /// The most bytes of a line: a hundred times what a row of numbers has.
    private static let lineLimit = 64 << 10
    private static let pieceSize = 64 << 10

    private let content: FileSlice
    private let file: String
    private var next: Int
    private let end: Int
    /// What was read and is not passed on.
    private var bytes: ArraySlice<UInt8> = []
    /// Of the next row; counts from 1.
    private(set) var line: Int

    /// - Parameters:
    ///   - file: its name in findings.
    ///   - range: the bytes to read.
    ///   - line: the one that begins with them.
    init(_ content: FileSlice, file: String, range: Range<Int>, line: Int) {
        self.content = content
        self.file = file
        next = range.lowerBound
        end = range.upperBound
        self.line = line
    }

    /// The next line, without its line feed; `nil` at the end.
    ///
    /// - Throws: `Finding` where a line has no end, `FileFault` where it cannot be read.
    mutating func row() throws -> ArraySlice<UInt8>? {
        while true {
            if let feed = bytes.firstIndex(of: UInt8(ascii: "\n")) {
                defer { bytes = bytes[(feed + 1)...] }
                line += 1
                return bytes[..<feed]
            }
            guard next < end else {
                guard bytes.isEmpty else { throw Finding(file, line: line, "the last line does not end") }
                return nil
            }
            guard bytes.count <= Self.lineLimit else {
                throw Finding(file, line: line, "a row of more than \(Self.lineLimit) bytes")
            }
            let piece = try content.bytes(at: next, count: min(Self.pieceSize, end - next))
            guard !piece.isEmpty else { throw Finding(file, line: line, "the file became shorter") }
            next += piece.count
            bytes = bytes.isEmpty ? piece[...] : (Array(bytes) + piece)[...]
        }
    }

    /// Where the next line begins.
    var offset: Int { next - bytes.count }
}
