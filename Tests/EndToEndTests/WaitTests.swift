import Foundation
import TestSupport
import Testing

/// A test whose time is over is cancelled; whatever it waits for then, it says so and ends.
@Suite(.timeLimit(.minutes(1)))
struct WaitTests {
    /// What a cancelled task throws that waits for something.
    private func failure(of wait: @escaping @Sendable () async throws -> Void) async -> String? {
        let task = Task { try await wait() }
        task.cancel()
        let error = await #expect(throws: WaitedInVain.self) { try await task.value }
        return error?.description
    }

    @Test func `a wait for a process names what did not come, the process and what it said`() async throws {
        let program = try Program(["sh", "-c", "echo so far >&2; exec sleep 600"], in: "/")
        try await program.waitForError(containing: "so far")
        let text = await failure { try await program.waitForError(containing: "the end of the world") }
        for words in ["'the end of the world' in its standard error", "process \(program.processID): sh -c", "so far"] {
            #expect(text?.contains(words) == true, "\(text ?? "")")
        }
        let line = await failure { try await program.waitForErrorLine("a certain line") { _ in false } }
        #expect(line?.contains("a certain line in its standard error") == true)
        let end = await failure { try await waitForEnd(of: program.processID) }
        #expect(end?.contains("the end of process \(program.processID): ") == true, "\(end ?? "")")
        program.send(SIGKILL)
        #expect(await program.result().exitCode == 128 + SIGKILL)
    }

    @Test func `a wait for another thread names what did not come`() async throws {
        let heard = Heard<Int>()
        #expect(await failure { _ = try await heard.next("a number") }?.contains("waited for a number") == true)
        #expect(await failure { try await waitUntil("better weather") { false } }?.contains("better weather") == true)
        for number in 1...2 { heard.put(number) }
        #expect(try await heard.next("a number") == 1)
        #expect(heard.unread == [2])
        async let later = (heard.next("a number"), heard.next("a number"))
        heard.put(3)
        #expect(try await later == (2, 3))
    }

    @Test func `a frozen process stands still, and goes on`() async throws {
        let program = try Program(["sleep", "600"], in: "/")
        try await freeze(program.processID)
        kill(program.processID, SIGCONT)
        program.send(SIGTERM)
        #expect(await program.result().exitCode == 128 + SIGTERM)
    }
}
