/// Why a host's images cannot be used, in one line for people.
public struct ImageFault: Error, Sendable, Equatable, CustomStringConvertible {
    public let description: String

    public init(_ description: String) {
        self.description = description
    }
}
