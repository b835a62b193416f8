import ChildProcesses
import Foundation

/// Another process that holds a `ProcessLock`, and has the command line that a test wants it to have.
package final class LockHolder {
    /// Part of every Debian; the numbers of the script are those of `struct flock` on 64-bit Linux.
    package static let executable = "/usr/bin/perl"

    package static let script = """
        use Fcntl;
        sysopen(my $file, $ARGV[0], O_RDWR | O_CREAT, 0600) or die $!;
        my $claim = pack("s s x4 q q l x4", F_WRLCK, 0, 0, 0, 0);
        fcntl($file, F_SETLK, $claim) or die $!;
        syswrite(STDOUT, "held");
        <STDIN>;
        """

    private let child: ChildProcess

    /// Returns when the process has the lock.
    ///
    /// - Parameter arguments: what its command line ends with.
    package init(of lock: ProcessLock, arguments: [String] = []) throws {
        child = try ChildProcess(
            executable: Self.executable, arguments: Self.commandLine(of: lock, arguments),
            environment: ProcessInfo.processInfo.environment)
        guard String(decoding: child.read(), as: UTF8.self) == "held" else {
            throw SystemCallError("lock \(lock.path)", EWOULDBLOCK)
        }
    }

    deinit { end() }

    /// The words after the program's name.
    package static func commandLine(of lock: ProcessLock, _ arguments: [String]) -> [String] {
        ["-e", script, lock.path] + arguments
    }

    package var processID: pid_t { child.processID }

    /// Kills it; it has ended on return.
    @discardableResult
    package func end() -> ChildProcess.End {
        child.send(signal: SIGKILL)
        return child.wait()
    }

    /// Waits until it has ended.
    package func wait() -> ChildProcess.End { child.wait() }
}
