/// How a worker starts its trainers: any program will do that speaks their protocol (`TrainerOrder`, `TrainerReport`).
public struct TrainerLaunch: Sendable, Hashable {
    /// The path of the program.
    public var executable: String
    /// Without the program's name. All that a trainer is told of its task comes over its standard input.
    public var arguments: [String]
    /// What the process is called in lists of processes.
    public var name: String

    public init(executable: String, arguments: [String], name: String) {
        self.executable = executable
        self.arguments = arguments
        self.name = name
    }
}
