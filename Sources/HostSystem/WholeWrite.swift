import Glibc

/// Writes all of `bytes`, in as many calls as it takes; returns 0, or the `errno` of the call that failed.
///
/// - Parameter isSocket: of one whose peer is gone, it returns `EPIPE` and raises no signal.
public func writeAll(_ bytes: UnsafeRawBufferPointer, to descriptor: Int32, isSocket: Bool = false) -> Int32 {
    var offset = 0
    while offset < bytes.count {
        let start = bytes.baseAddress! + offset, rest = bytes.count - offset
        let count = isSocket ? send(descriptor, start, rest, Int32(MSG_NOSIGNAL)) : write(descriptor, start, rest)
        if count >= 0 {
            offset += count
        } else if errno != EINTR {
            return errno
        }
    }
    return 0
}

/// As `writeAll` of a buffer.
public func writeAll(_ bytes: [UInt8], to descriptor: Int32, isSocket: Bool = false) -> Int32 {
    bytes.withUnsafeBytes { writeAll($0, to: descriptor, isSocket: isSocket) }
}

/// As `writeAll` of a buffer, in UTF-8.
public func writeAll(_ text: String, to descriptor: Int32) -> Int32 {
    var text = text
    return text.withUTF8 { writeAll(UnsafeRawBufferPointer($0), to: descriptor) }
}
