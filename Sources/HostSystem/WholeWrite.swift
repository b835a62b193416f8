import Glibc

/// Writes all of `bytes`, in as many calls as it takes; returns 0, or the `errno` of the call that failed.
///
/// - Parameter isSocket: of one whose peer is gone, it returns `EPIPE` and raises no signal.
public func writeAll(_ bytes: UnsafeRawBufferPointer, to descriptor: Int32, isSocket: Bool = false) -> Int32 {
    writeAll(bytes) { rest, _ in
        isSocket
            ? send(descriptor, rest.baseAddress, rest.count, Int32(MSG_NOSIGNAL))
            : write(descriptor, rest.baseAddress, rest.count)
    }
}

/// Writes all of `bytes` to a file from `offset` on, wherever its position is; as `writeAll` of a buffer.
package func writeAll(_ bytes: UnsafeRawBufferPointer, to descriptor: Int32, at offset: Int) -> Int32 {
    writeAll(bytes) { rest, done in pwrite(descriptor, rest.baseAddress, rest.count, off_t(offset + done)) }
}

/// Writes all of an array, as `writeAll` of a buffer does.
public func writeAll(_ bytes: [UInt8], to descriptor: Int32, isSocket: Bool = false) -> Int32 {
    bytes.withUnsafeBytes { writeAll($0, to: descriptor, isSocket: isSocket) }
}

/// Writes all of a text in UTF-8, as `writeAll` of a buffer does.
public func writeAll(_ text: String, to descriptor: Int32) -> Int32 {
    var text = text
    return text.withUTF8 { writeAll(UnsafeRawBufferPointer($0), to: descriptor) }
}

/// - Parameter call: writes what it can of the rest, given how much is done, as the system calls do.
private func writeAll(
    _ bytes: UnsafeRawBufferPointer, _ call: (_ rest: UnsafeRawBufferPointer, _ done: Int) -> Int
) -> Int32 {
    var done = 0
    while done < bytes.count {
        let count = call(UnsafeRawBufferPointer(rebasing: bytes[done...]), done)
        if count >= 0 {
            done += count
        } else if errno != EINTR {
            return errno
        }
    }
    return 0
}
