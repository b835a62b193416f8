import Journal

extension Setting {
    /// Where the sockets of the coordinator are, or of the last one: commands in other terminals, and the next
    /// coordinator, may have another environment.
    package static let runtimeDirectory = Setting(rawValue: "runtime-directory")
    /// The public key of the coordinator to which workers of other hosts connect.
    public static let coordinatorKey = Setting(rawValue: "coordinator-key")
}
