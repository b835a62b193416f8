import Glibc

/// Where the files of this user are that outlive a process, as the XDG base directory specification has it.
///
/// With `RuntimeDirectory`, the one place that decides on directories. Nothing here makes one: who needs a directory
/// makes it, so that a command demands none that it does not use.
public struct UserDirectories: Sendable {
    private let environment: [String: String]
    /// The home that the user database has, for services that run without `HOME`; `nil` where it has none.
    private let databaseHome: String?

    /// - Parameters:
    ///   - environment: of the process.
    ///   - databaseHome: of the user database.
    public init(environment: [String: String], databaseHome: String? = Self.homeInDatabase()) {
        self.environment = environment
        self.databaseHome = databaseHome
    }

    /// `$XDG_CONFIG_HOME/sweep/keys`, else `~/.config/sweep/keys`; `nil` where neither is known.
    public var keys: String? {
        (absolute("XDG_CONFIG_HOME") ?? home.map { "\($0)/.config" }).map { "\($0)/sweep/keys" }
    }

    /// Beside `keys`: those that workers of this user made.
    public var workerKeys: String? { keys.map { "\($0.dropLast("keys".count))worker-keys" } }

    /// `$XDG_CACHE_HOME/sweep`, else `~/.cache/sweep`; `nil` where neither is known.
    public var cache: String? {
        (absolute("XDG_CACHE_HOME") ?? home.map { "\($0)/.cache" }).map { "\($0)/sweep" }
    }

    private var home: String? { absolute("HOME") ?? databaseHome }

    private func absolute(_ name: String) -> String? { absolutePath(name, in: environment) }

    /// The home that the user database names for this user.
    public static func homeInDatabase() -> String? {
        guard let entry = getpwuid(geteuid()), let home = entry.pointee.pw_dir.map({ String(cString: $0) }) else {
            return nil
        }
        // Accounts of services have names like /nonexistent there: whoever uses it is told that it does not exist.
        return home.hasPrefix("/") ? withoutSlash(home) : nil
    }
}

/// The directory that a variable names. The specification of XDG has relative paths ignored.
func absolutePath(_ name: String, in environment: [String: String]) -> String? {
    guard let path = environment[name], path.hasPrefix("/") else { return nil }
    return withoutSlash(path)
}

/// The root becomes the empty text, so that a name can be appended to either with a slash.
private func withoutSlash(_ path: String) -> String {
    String(path.reversed().drop { $0 == "/" }.reversed())
}
