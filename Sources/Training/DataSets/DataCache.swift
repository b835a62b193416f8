import Foundation
import Glibc
import HostSystem

/// Where data sets are.
public enum DataCache {
    /// The directory that somebody names, else the cache: `$XDG_CACHE_HOME/sweep`, else `~/.cache/sweep`.
    ///
    /// - Throws: `DataSetError` of code `notFound` where none is named and this user has no home.
    public static func directory(named directory: String?) throws(DataSetError) -> String {
        try Self.directory(named: directory, user: UserDirectories(environment: ProcessInfo.processInfo.environment))
    }

    /// The directory that somebody names, else the cache of `user`.
    ///
    /// - Throws: `DataSetError` of code `notFound` where none is named and the user has no home.
    package static func directory(named directory: String?, user: UserDirectories) throws(DataSetError) -> String {
        if let directory = directory ?? user.cache { return directory }
        throw DataSetError(
            .notFound, path: "CIFAR-10", errno: ENOENT,
            message: "this user has no home directory that could hold it; name its directory, or set XDG_CACHE_HOME")
    }
}
