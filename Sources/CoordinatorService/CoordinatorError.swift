/// The coordinator cannot go on; one line with the remedy.
public struct CoordinatorError: Error, Sendable, CustomStringConvertible {
    public let description: String

    init(_ description: String) {
        self.description = description
    }
}
