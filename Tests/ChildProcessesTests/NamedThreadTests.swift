import ChildProcesses
import Foundation
import Glibc
import Testing

@Suite(.timeLimit(.minutes(1)))
struct NamedThreadTests {
    @Test func `a thread has its name while its body runs`() async throws {
        let name = await withCheckedContinuation { continuation in
            NamedThread.detach(named: "fifteen-letters") {
                continuation.resume(returning: try? String(contentsOfFile: "/proc/thread-self/comm", encoding: .utf8))
            }
        }
        #expect(name == "fifteen-letters\n")
    }

    @Test func `a thread that is joined has run its body`() throws {
        let file = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
        defer { try? FileManager.default.removeItem(at: file) }
        let thread = try NamedThread.create(named: "joined") { try? Data("done".utf8).write(to: file) }
        #expect(pthread_join(thread, nil) == 0)
        #expect(try String(contentsOf: file, encoding: .utf8) == "done")
    }
}
