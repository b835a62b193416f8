import Glibc

/// The width for which help and usage are laid out.
///
/// The argument parser takes what `COLUMNS` says, else the terminal's, else 80, and leaves the descriptions out where
/// there is no room beside the options, as in no columns at all.
package enum HelpWidth {
    /// Narrower, the descriptions would have no room; wider, nobody can read a line.
    private static let range = 50...240

    /// Has the argument parser find a width that is one.
    package static func bound() {
        let named = getenv("COLUMNS").flatMap { Int(String(cString: $0)) }.flatMap { $0 > 0 ? $0 : nil }
        guard let width = named ?? terminalWidth() else {
            unsetenv("COLUMNS")
            return
        }
        setenv("COLUMNS", String(min(max(width, range.lowerBound), range.upperBound)), 1)
    }

    private static func terminalWidth() -> Int? {
        var size = winsize()
        guard ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return nil }
        return Int(size.ws_col)
    }
}
