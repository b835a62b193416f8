extension Sweep {
    /// Reads the text of a sweep file; `file` is its name in errors.
    public init(yaml: String, file: String) throws(SweepFileError) {
        throw SweepFileError(file: file, line: 1, key: nil, message: "")
    }

    /// Reads the bytes of a sweep file; `file` is its name in errors.
    public init(bytes: [UInt8], file: String) throws(SweepFileError) {
        throw SweepFileError(file: file, line: 1, key: nil, message: "")
    }
}
