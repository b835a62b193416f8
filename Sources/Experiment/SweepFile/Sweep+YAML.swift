extension Sweep {
    /// The most bytes that a sweep file may have: 1 MiB, some hundred times what a large grid needs.
    public static let fileByteLimit = 1 << 20

    /// Reads the text of a sweep file; `file` is its name in errors.
    ///
    /// - Throws: `SweepFileError` with the line, the key and what would be right.
    public init(yaml: String, file: String) throws(SweepFileError) {
        guard yaml.utf8.count <= Self.fileByteLimit else {
            throw SweepFileError(
                file: file, line: 1, key: nil, message: "this file has over 1 MiB; a sweep file holds lists of values")
        }
        let reader = SweepFileReader(file: file)
        let contents = try reader.contents(of: YAMLDocument(text: yaml, file: file).root())
        let points = try GridExpansion(reader: reader, contents: contents).points()
        self.init(
            name: contents.name, data: contents.data, axes: contents.grid.axes.map(\.name), seeds: contents.grid.seeds,
            points: points)
    }

    /// Reads the bytes of a sweep file, which must be UTF-8; `file` is its name in errors.
    ///
    /// A reader need not pass more than `fileByteLimit` + 1 bytes of a larger file.
    ///
    /// - Throws: `SweepFileError` with the line, the key and what would be right.
    public init(bytes: [UInt8], file: String) throws(SweepFileError) {
        guard let text = String(validating: bytes, as: UTF8.self) else {
            // No character of UTF-8 but the line feed itself contains its byte.
            let lines = bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
            let line = lines.firstIndex { String(validating: $0, as: UTF8.self) == nil } ?? 0
            throw SweepFileError(
                file: file, line: line + 1, key: nil, message: "this is not UTF-8 text; save the file as UTF-8")
        }
        try self.init(yaml: text, file: file)
    }
}
