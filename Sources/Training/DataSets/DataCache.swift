import Foundation
import HostSystem

/// Where fetched data sets are kept.
public enum DataCache {
    /// `$XDG_CACHE_HOME/sweep`, else `~/.cache/sweep`; below the root where this user has
    /// neither: no images are there then, and `sweep data fetch` says why it cannot put any there.
    public static func defaultDirectory() -> String {
        UserDirectories(environment: ProcessInfo.processInfo.environment).cache ?? "/.cache/sweep"
    }
}
