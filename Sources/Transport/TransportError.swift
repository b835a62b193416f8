import HostSystem

/// Why the transport or its keys could not do what was asked, in one line that names the place and the remedy.
public struct TransportError: Error, Sendable, Equatable, CustomStringConvertible {
    /// The kind of failure, for callers that act on it. More may be added.
    public struct Code: RawRepresentable, Sendable, Hashable {
        public let rawValue: String

        public init(rawValue: String) {
            self.rawValue = rawValue
        }

        /// The text is not an endpoint, or not one that fits the use.
        public static let invalidEndpoint = Self(rawValue: "invalid-endpoint")
        /// Another socket of this host is bound to the address.
        public static let addressInUse = Self(rawValue: "address-in-use")
        /// No interface of this host has the address.
        public static let addressUnavailable = Self(rawValue: "address-unavailable")
        /// The system does not let this user do it.
        public static let permissionDenied = Self(rawValue: "permission-denied")
        /// The join token is mistyped, cut short or of another version.
        public static let invalidToken = Self(rawValue: "invalid-token")
        /// The text is not a CURVE key.
        public static let invalidKey = Self(rawValue: "invalid-key")
        /// The text cannot be the name of a worker's key.
        public static let invalidName = Self(rawValue: "invalid-name")
        /// An invite or a worker's key has the name already.
        public static let nameTaken = Self(rawValue: "name-taken")
        /// No invite and no worker's key has the name.
        public static let unknownName = Self(rawValue: "unknown-name")
        /// Several keys are meant.
        public static let ambiguousName = Self(rawValue: "ambiguous-name")
        /// Others could read or change the keys.
        public static let unsafeKeys = Self(rawValue: "unsafe-keys")
        /// A file of the key store could not be read or written.
        public static let fileSystem = Self(rawValue: "file-system")
        /// The endpoint was started before.
        public static let alreadyStarted = Self(rawValue: "already-started")
        /// libzmq or the system refused for want of resources or of a feature.
        public static let system = Self(rawValue: "system")
        /// The coordinators' key is changing already.
        public static let rotationUnderWay = Self(rawValue: "rotation-under-way")
    }

    public let code: Code
    /// The `errno` beneath it, where there is one.
    public let systemCode: Int32?
    /// What was tried, on what.
    public let context: String
    /// What to do about it; where there is none, what the error number calls for is said.
    public let remedy: String?

    public init(_ code: Code, _ context: String, systemCode: Int32? = nil, remedy: String? = nil) {
        self.code = code
        self.context = context
        self.systemCode = systemCode
        self.remedy = remedy
    }

    public var description: String {
        let reason = systemCode.map { ": \(SystemReason.words($0))" } ?? ""
        let advice = (remedy ?? systemCode.flatMap(SystemReason.remedy)).map { "; \($0)" } ?? ""
        return context + reason + advice
    }
}
