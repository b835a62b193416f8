/// Why a worker could not go on, in one line with the remedy.
public struct WorkerError: Error, Sendable, Hashable, CustomStringConvertible {
    public enum Code: Sendable, Hashable {
        /// The coordinator does not let this token in, now or any more.
        case tokenRefused
        /// The coordinator said that this worker cannot take part.
        case refused
        /// The coordinator is of a build that speaks another version of the protocol: with the same build it works.
        case otherVersion
        /// A part of this host failed.
        case failed
    }

    public let code: Code
    public let description: String

    package init(_ code: Code, _ description: String) {
        self.code = code
        self.description = description
    }
}
