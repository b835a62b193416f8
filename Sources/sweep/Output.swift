import Glibc

/// Writes to standard output and standard error.
enum Output {
    /// A result, and a line feed.
    static func line(_ text: String) { self.text(text + "\n") }

    /// A result. A reader that has seen enough and closed the pipe ends the command, successfully.
    static func text(_ text: String) {
        if !write(text, to: STDOUT_FILENO), errno == EPIPE { Glibc.exit(0) }
    }

    /// Everything that is not a result.
    static func error(_ text: String) {
        _ = write(text + "\n", to: STDERR_FILENO)
    }

    /// `false` where a write failed; `errno` says why.
    static func write(_ text: String, to descriptor: Int32) -> Bool {
        var text = text
        return text.withUTF8 { bytes in
            var offset = 0
            while offset < bytes.count {
                let count = Glibc.write(descriptor, bytes.baseAddress! + offset, bytes.count - offset)
                if count < 0 && errno != EINTR { return false }
                offset += max(count, 0)
            }
            return true
        }
    }
}
