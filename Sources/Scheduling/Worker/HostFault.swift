/// Why a host cannot train a task, in one line for people: its images cannot be used, or no trainer can be started.
public struct HostFault: Error, Sendable, Equatable, CustomStringConvertible {
    public let description: String

    public init(_ description: String) {
        self.description = description
    }
}
