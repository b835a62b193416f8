import ChildProcesses
import Foundation
import Testing

@Suite(.timeLimit(.minutes(1)))
struct ProcessLockTests {
    /// Perl is part of every Debian; the numbers are those of `struct flock` on 64-bit Linux.
    private static let holder = """
        use Fcntl;
        sysopen(my $file, $ARGV[0], O_RDWR | O_CREAT, 0600) or die $!;
        my $claim = pack("s s x4 q q l x4", F_WRLCK, 0, 0, 0, 0);
        fcntl($file, F_SETLK, $claim) or die $!;
        syswrite(STDOUT, "held");
        <STDIN>;
        """

    @Test func itNamesItsHolderUntilThatEnds() async throws {
        let lock = ProcessLock(path: NSTemporaryDirectory() + "lock-\(UUID().uuidString)")
        defer { unlink(lock.path) }
        #expect(try lock.holder() == nil)
        try lock.waitUntilFree()
        let child = try ChildProcess(
            executable: "/usr/bin/perl", arguments: ["-e", Self.holder, lock.path],
            environment: ProcessInfo.processInfo.environment)
        defer {
            child.send(signal: SIGKILL)
            child.wait()
        }
        try #require(String(decoding: child.read(), as: UTF8.self) == "held")
        #expect(try lock.holder() == child.processID)
        #expect(try !lock.take())
        // To whom it does not belong, nothing is sent.
        lock.send(signal: SIGKILL, to: getpid())

        async let freed: Void = wait(for: lock)
        lock.send(signal: SIGTERM, to: child.processID)
        #expect(child.wait() == .signalled(SIGTERM))
        try await freed
        #expect(try lock.holder() == nil)
        #expect(try lock.take())
        #expect(try lock.holder() == nil, "one's own is not seen")
    }

    @Test func aPathThatCannotBeMadeIsAnError() {
        let lock = ProcessLock(path: "/nowhere/at/all")
        #expect(throws: ChildProcessError.self) { try lock.take() }
        #expect(throws: Never.self) { try lock.holder() }
    }

    private func wait(for lock: ProcessLock) async throws {
        try await withCheckedThrowingContinuation { continuation in
            NamedThread.detach(named: "wait") { continuation.resume(with: Result { try lock.waitUntilFree() }) }
        }
    }
}
