/// Why bytes of a peer are no message.
public struct WireError: Error, Sendable, Equatable, CustomStringConvertible {
    public enum Code: Sendable, Equatable {
        /// Not a message, or a field is out of its bounds.
        case malformed
        /// The peer speaks another version of the protocol.
        case version
    }

    public let code: Code
    public let description: String

    init(_ code: Code, _ description: String) {
        self.code = code
        self.description = description
    }
}
