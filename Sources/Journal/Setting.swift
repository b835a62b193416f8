/// A word that the coordinator leaves for other commands in the same directory.
public struct Setting: Sendable, Hashable, RawRepresentable {
    public let rawValue: String

    public init(rawValue: String) {
        self.rawValue = rawValue
    }

    /// Where the running coordinator takes workers of other hosts.
    public static let endpoint = Setting(rawValue: "endpoint")
    /// The public key of the coordinator to which workers of other hosts connect.
    public static let coordinatorKey = Setting(rawValue: "coordinator-key")
    /// Where the sockets of the coordinator are, or of the last one: commands in other terminals, and the next
    /// coordinator, may have another environment.
    public static let runtimeDirectory = Setting(rawValue: "runtime-directory")
    /// `true` while nothing is dispatched.
    public static let paused = Setting(rawValue: "paused")
}
