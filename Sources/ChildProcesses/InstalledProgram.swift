import Glibc

/// Programs of this host that other people wrote.
public enum InstalledProgram {
    /// The path of a program on the `PATH`; `nil` where none is there that this user may run.
    public static func path(of name: String, environment: [String: String]) -> String? {
        let directories = (environment["PATH"] ?? "/usr/local/bin:/usr/bin:/bin").split(separator: ":")
        return directories.map { "\($0)/\(name)" }.first { access($0, X_OK) == 0 }
    }
}
