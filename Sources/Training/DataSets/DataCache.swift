import Glibc

/// Where fetched data sets are kept.
public enum DataCache {
    /// `$XDG_CACHE_HOME/sweep`; `~/.cache/sweep` where the variable is unset, empty or, as the XDG specification has
    /// it, not an absolute path.
    public static func defaultDirectory() -> String {
        if let cache = environment("XDG_CACHE_HOME"), cache.hasPrefix("/") {
            return cache + "/sweep"
        }
        return homeDirectory() + "/.cache/sweep"
    }

    private static func homeDirectory() -> String {
        if let home = environment("HOME"), !home.isEmpty { return home }
        // A service may run without HOME.
        guard let entry = getpwuid(getuid()), let home = entry.pointee.pw_dir else { return "/" }
        return String(cString: home)
    }

    private static func environment(_ name: String) -> String? {
        getenv(name).map { String(cString: $0) }
    }
}
