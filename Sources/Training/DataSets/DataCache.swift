import Foundation
import Glibc
import HostSystem

/// Where fetched data sets are kept.
public enum DataCache {
    /// `$XDG_CACHE_HOME/sweep`, else `~/.cache/sweep`.
    ///
    /// - Throws: `DataSetError` of code `notFound` where this user has neither.
    public static func defaultDirectory() throws(DataSetError) -> String {
        try directory(of: UserDirectories(environment: ProcessInfo.processInfo.environment))
    }

    package static func directory(of user: UserDirectories) throws(DataSetError) -> String {
        guard let cache = user.cache else {
            throw DataSetError(
                .notFound, path: "CIFAR-10", errno: ENOENT,
                message: "this user has no home directory that could hold it; name its directory, or set XDG_CACHE_HOME"
            )
        }
        return cache
    }
}
