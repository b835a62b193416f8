/// What is wrong with a sweep file, and what would be right.
public struct SweepFileError: Error, Sendable, Hashable, CustomStringConvertible {
    /// As the user named it.
    public let file: String
    /// Counts from 1.
    public let line: Int
    /// The key's path, such as `grid.batch_size`; `nil` where the file as a whole is at fault.
    public let key: String?
    /// One line: `what is wrong; what would be right`.
    public let message: String

    public init(file: String, line: Int, key: String?, message: String) {
        self.file = file
        self.line = line
        self.key = key
        self.message = message
    }

    /// `FILE:LINE: key: what is wrong; what would be right`.
    public var description: String {
        "\(file):\(line): " + (key.map { "\($0): " } ?? "") + message
    }
}
