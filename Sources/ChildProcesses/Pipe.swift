import CLinux
import Glibc

/// The two descriptors of a pipe. Both are closed in other children: only `posix_spawn`'s copies survive an exec.
package struct Pipe: Sendable {
    package let readEnd: Int32
    package let writeEnd: Int32

    /// From then on a reader that goes away is a failed write in this process, and no longer its end.
    ///
    /// - Throws: a `SystemCallError` where the process or the host may open no more files.
    package init() throws(SystemCallError) {
        _ = brokenPipesAreErrors
        var ends: [Int32] = [0, 0]
        guard linux_pipe(&ends) == 0 else { throw SystemCallError("make a pipe", errno) }
        readEnd = ends[0]
        writeEnd = ends[1]
    }
}

/// Once: `SIGPIPE` is ignored. Children that are started begin with the system's defaults.
private let brokenPipesAreErrors: Void = { signal(SIGPIPE, SIG_IGN) }()

/// What can be read from `descriptor`, at most 64 KiB; waits for the first byte. Empty at the end, or on an error.
package func readSome(from descriptor: Int32) -> [UInt8] {
    [UInt8](unsafeUninitializedCapacity: 1 << 16) { buffer, count in
        var got = Glibc.read(descriptor, buffer.baseAddress, buffer.count)
        while got < 0 && errno == EINTR {
            got = Glibc.read(descriptor, buffer.baseAddress, buffer.count)
        }
        count = max(got, 0)
    }
}
