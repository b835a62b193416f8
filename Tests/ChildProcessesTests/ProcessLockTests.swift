import ChildProcesses
import Foundation
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(1)))
struct ProcessLockTests {
    private let directory = TemporaryDirectory()

    @Test func `a lock names its holder until the holder ends`() async throws {
        let lock = ProcessLock(path: directory.file("lock"))
        #expect(try lock.holder() == nil)
        lock.waitUntilFree()
        let holder = try LockHolder(of: lock)
        #expect(try lock.holder() == holder.processID)
        #expect(try lock.take() == nil)
        lock.removeFileIfFree()
        #expect(try lock.holder() == holder.processID, "it is not free")
        // To whom it does not belong, nothing is sent.
        try lock.send(signal: SIGKILL, to: getpid())

        async let freed: Void = waitUntilFree(lock)
        try lock.send(signal: SIGTERM, to: holder.processID)
        #expect(holder.wait() == .signalled(SIGTERM))
        await freed
        #expect(try lock.holder() == nil)
        #expect(try lock.take() != nil)
        #expect(try lock.holder() == nil, "one's own is not seen")
    }

    @Test func `only the file of the claim is removed`() throws {
        let lock = ProcessLock(path: directory.file("lock"))
        let first = try #require(try lock.take())
        // As a cleaner of /tmp would; the next claim makes the file anew.
        unlink(lock.path)
        let second = try #require(try lock.take())
        first.removeFile()
        #expect(access(lock.path, F_OK) == 0)
        second.removeFile()
        #expect(access(lock.path, F_OK) != 0)
    }

    @Test func `a path that cannot be made is an error`() {
        let lock = ProcessLock(path: "/nowhere/at/all")
        #expect(throws: SystemCallError.self) { try lock.take() }
        #expect(throws: Never.self) { try lock.holder() }
    }

    private func waitUntilFree(_ lock: ProcessLock) async {
        await withCheckedContinuation { continuation in
            NamedThread.detach(named: "wait") {
                lock.waitUntilFree()
                continuation.resume()
            }
        }
    }
}
