import Glibc

/// Reads what a file has from `offset` on, wherever its position is, in as many calls as it takes.
///
/// - Returns: how many bytes were read, fewer than the buffer holds where the file ends before; and 0, or the `errno`
///   of the call that failed.
package func readAll(
    into bytes: UnsafeMutableRawBufferPointer, from descriptor: Int32, at offset: Int
) -> (count: Int, code: Int32) {
    var done = 0
    while done < bytes.count {
        let rest = UnsafeMutableRawBufferPointer(rebasing: bytes[done...])
        let count = pread(descriptor, rest.baseAddress, rest.count, off_t(offset + done))
        if count == 0 { break }
        if count > 0 {
            done += count
        } else if errno != EINTR {
            return (done, errno)
        }
    }
    return (done, 0)
}
