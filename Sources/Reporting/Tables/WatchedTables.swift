import Experiment

/// Tables that say how much of them was read.
public struct WatchedTables: TableSource {
    private let source: any TableSource
    private let onRead: (ReportFile, _ byteCount: Int) -> Void

    /// - Parameter onRead: told after each piece how many bytes of the table there were so far.
    public init(_ source: any TableSource, onRead: @escaping (ReportFile, _ byteCount: Int) -> Void) {
        self.source = source
        self.onRead = onRead
    }

    /// As `TableSource` says.
    ///
    /// - Throws: what `source` and `pass` throw.
    public func read(_ file: ReportFile, _ pass: @escaping ([UInt8]) throws -> Void) throws -> Bool {
        var byteCount = 0
        return try source.read(file) { piece in
            byteCount += piece.count
            onRead(file, byteCount)
            try pass(piece)
        }
    }
}
